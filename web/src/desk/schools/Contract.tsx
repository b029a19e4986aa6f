import { App, Button, Form, InputNumber } from 'antd'
import { useTranslation } from 'react-i18next'
import type { Contract, SchoolDetail } from '../../api/model'
import { setContract } from '../../api/places'
import { useVersioned } from '../useVersioned'

type Direction = keyof Contract
const directions: Direction[] = ['downKbps', 'upKbps']

/** What the school's line carries, in Mbit/s as contracts have it: seen by its administrators, set by who may. */
export function ContractCard({ school, may, onChange }: { school: SchoolDetail; may: boolean; onChange: () => void }) {
  const { t } = useTranslation('desk')
  return (
    <section className="tt-card contract" aria-label={t('contract.title')}>
      <h2>{t('contract.title')}</h2>
      <p>{t('contract.text')}</p>
      {may
        ? <ContractForm school={school} onChange={onChange} />
        : <ul>{directions.map((d) => <li key={d}><span>{t(`contract.${d}`)}</span><span>{school[d] ? `${school[d] / 1000} Mbit/s` : t('contract.none')}</span></li>)}</ul>}
    </section>
  )
}

function ContractForm({ school, onChange }: { school: SchoolDetail; onChange: () => void }) {
  const { t } = useTranslation('desk')
  const { message } = App.useApp()
  const { busy, run, note } = useVersioned()
  const save = (mbps: Record<Direction, number | null | undefined>) => {
    const kbps = (d: Direction) => (mbps[d] ? Math.round(mbps[d] * 1000) : undefined)
    return run(school.version, async (version) => {
      await setContract(school.id, version, { downKbps: kbps('downKbps'), upKbps: kbps('upKbps') })
      void message.success(t('contract.saved'))
      onChange()
    })
  }
  const range = { type: 'number' as const, min: 0.256, max: 1000, message: t('contract.range') }
  return (
    <Form layout="vertical" requiredMark={false} autoComplete="off" onFinish={(v) => void save(v)} initialValues={Object.fromEntries(directions.map((d) => [d, school[d] && school[d] / 1000]))}>
      <div className="contract-fields">
        {directions.map((d) => (
          <Form.Item key={d} name={d} label={t(`contract.${d}`)} rules={[range]}>
            <InputNumber suffix="Mbit/s" placeholder={t('contract.none')} controls={false} />
          </Form.Item>
        ))}
      </div>
      {note}
      <p className="contract-note">{t('contract.effect')}</p>
      <Button htmlType="submit" loading={busy}>{t('common:save')}</Button>
    </Form>
  )
}
