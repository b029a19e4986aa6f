import { App, Button, Form, InputNumber } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { SchoolDetail } from '../../api/model'
import { setPlace } from '../../api/places'
import type { Problem } from '../../app/problems'
import { problemOf } from '../../app/useLoad'
import { ProblemNote } from '../../ui/parts'

const fields = [{ name: 'lat', most: 90 }, { name: 'lon', most: 180 }] as const
type Typed = Record<'lat' | 'lon', number | null | undefined>

/** Where the school stands, in degrees: the matching tells how far schools lie apart. */
export function PlaceCard({ school, onChange }: { school: SchoolDetail; onChange: () => void }) {
  const { t } = useTranslation('desk')
  const { message } = App.useApp()
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const save = async ({ lat, lon }: Typed) => {
    setBusy(true)
    setProblem(null)
    try {
      await setPlace(school, { lat: lat ?? undefined, lon: lon ?? undefined })
      void message.success(t('place.saved'))
      onChange()
    } catch (e) {
      const refusal = problemOf(e)
      setProblem(refusal)
      if (refusal.code === 'stale') onChange()
    } finally {
      setBusy(false)
    }
  }
  return (
    <section className="tt-card contract" aria-label={t('place.title')}>
      <h2>{t('place.title')}</h2>
      <p>{t('place.text')}</p>
      <Form layout="vertical" requiredMark={false} autoComplete="off" onFinish={(v: Typed) => void save(v)} initialValues={{ lat: school.lat, lon: school.lon }}>
        <div className="contract-fields">
          {fields.map((f) => (
            <Form.Item key={f.name} name={f.name} label={t(`place.${f.name}`)} rules={[{ type: 'number', min: -f.most, max: f.most, message: t('place.range', { most: f.most }) }]}>
              <InputNumber suffix="°" placeholder={t('place.none')} controls={false} precision={5} />
            </Form.Item>
          ))}
        </div>
        {problem && <ProblemNote problem={problem} />}
        <p className="contract-note">{t('place.hint')}</p>
        <Button htmlType="submit" loading={busy}>{t('common:save')}</Button>
      </Form>
    </section>
  )
}
