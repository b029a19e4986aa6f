import { App, Button, Input, InputNumber, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { required, setRequired } from '../../api/ledger'
import { school, schools } from '../../api/places'
import { useLoad } from '../../app/useLoad'
import { useVersioned } from '../useVersioned'

/** How many periods a week a class should have of a subject; 0 takes it back. */
export function RequiredForm({ onChange }: { onChange: () => void }) {
  const { t } = useTranslation('timetable')
  const { message } = App.useApp()
  const [at, setAt] = useState<string>()
  const [cls, setClass] = useState<string>()
  const [subject, setSubject] = useState('')
  const [perWeek, setPerWeek] = useState<number | null>(null)
  const { busy, run, note } = useVersioned()
  const all = useLoad('schools', schools)
  const detail = useLoad(at ? `school ${at}` : null, (signal) => school(at ?? '', signal))
  const said = useLoad(at ? `required ${at}` : null, (signal) => required(at ?? '', signal))
  const names = new Map(detail.data?.classes.map((c) => [c.id, c.name]))
  const ready = at && cls && subject.trim() !== '' && perWeek !== null && said.data
  const save = async () => {
    if (!ready) return
    await run(said.data?.version ?? 0, async (version) => {
      await setRequired(at, version, { class: cls, subject: subject.trim(), perWeek })
      void message.success(t('ledger.saved'))
      said.reload()
      onChange()
    })
  }
  return (
    <section className="tt-card required" aria-label={t('ledger.setTitle')}>
      <h2>{t('ledger.setTitle')}</h2>
      <form onSubmit={(e) => { e.preventDefault(); void save() }}>
        <Select aria-label={t('ledger.school')} placeholder={t('ledger.school')} value={at} onChange={(v: string) => { setAt(v); setClass(undefined) }} options={all.data?.map((s) => ({ value: s.id, label: s.name }))} />
        <Select aria-label={t('ledger.class')} placeholder={t('ledger.class')} value={cls} onChange={setClass} options={detail.data?.classes.map((c) => ({ value: c.id, label: c.name }))} />
        <Input aria-label={t('ledger.subject')} placeholder={t('ledger.subject')} maxLength={40} value={subject} onChange={(e) => setSubject(e.target.value)} />
        <InputNumber aria-label={t('ledger.perWeek')} placeholder={t('ledger.perWeek')} min={0} max={40} precision={0} value={perWeek} onChange={setPerWeek} />
        <Button htmlType="submit" loading={busy} disabled={!ready}>{t('ledger.add')}</Button>
      </form>
      {note}
      <ul>{said.data?.required.map((r) => <li key={`${r.class}${r.subject}`}>{`${names.get(r.class) ?? ''} ${r.subject} ${r.perWeek}`}</li>)}</ul>
    </section>
  )
}
