import { App, Button, Input } from 'antd'
import { Pencil, Plus, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Period, SchoolDetail } from '../../api/model'
import { addBells, calendar, setBells } from '../../api/calendars'
import type { Problem } from '../../app/problems'
import { problemOf } from '../../app/useLoad'
import { ProblemNote } from '../../ui/parts'
import { faults, tidyTime, withRow } from './bell-rows'

/** The school's bell schedule: shown, and edited by who may. */
export function Bells({ school, may, onChange }: { school: SchoolDetail; may: boolean; onChange: () => void }) {
  const { t } = useTranslation('desk')
  const [edited, setEdited] = useState<Period[] | null>(null)
  return (
    <section className="tt-card bells" aria-label={t('bells.title')}>
      <header>
        <h2>{t('bells.title')}</h2>
        {may && !edited && <Button icon={<Pencil size={16} />} onClick={() => setEdited(school.bells)}>{t('bells.edit')}</Button>}
      </header>
      {edited
        ? <Editor school={school} bells={edited} onBells={setEdited} onDone={() => { setEdited(null); onChange() }} onCancel={() => setEdited(null)} />
        : (
          <table>
            <thead><tr><th>{t('bells.name')}</th><th>{t('bells.start')}</th><th>{t('bells.end')}</th></tr></thead>
            <tbody>
              {school.bells.map((p) => (
                <tr key={`${p.start}${p.name}`} data-lesson={p.lesson}><td>{p.name}</td><td>{p.start}</td><td>{p.end}</td></tr>
              ))}
            </tbody>
          </table>
        )}
    </section>
  )
}

interface EditorProps {
  school: SchoolDetail
  bells: Period[]
  onBells: (b: Period[]) => void
  onDone: () => void
  onCancel: () => void
}

function Editor({ school, bells, onBells, onDone, onCancel }: EditorProps) {
  const { t } = useTranslation('desk')
  const { message } = App.useApp()
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const wrong = faults(bells)
  const change = (i: number, p: Partial<Period>) => onBells(bells.map((b, at) => (at === i ? { ...b, ...p } : b)))
  const save = async () => {
    setBusy(true)
    try {
      await saveOrdinary(school, bells)
      void message.success(t('bells.saved'))
      onDone()
    } catch (e) {
      setProblem(problemOf(e))
      setBusy(false)
    }
  }
  return (
    <div className="bells-editor">
      {bells.map((p, i) => (
        <div key={i} className="bells-row" role="group" aria-label={p.name}>
          <Input value={p.name} maxLength={40} aria-label={t('bells.name')} onChange={(e) => change(i, { name: e.target.value })} />
          <Input value={p.start} maxLength={5} inputMode="numeric" aria-label={t('bells.start')} onChange={(e) => change(i, { start: e.target.value })} onBlur={() => change(i, { start: tidyTime(p.start) })} />
          <Input value={p.end} maxLength={5} inputMode="numeric" aria-label={t('bells.end')} onChange={(e) => change(i, { end: e.target.value })} onBlur={() => change(i, { end: tidyTime(p.end) })} />
          <Button type="text" danger icon={<Trash2 size={18} />} aria-label={t('bells.remove', { name: p.name })} onClick={() => onBells(bells.filter((_, at) => at !== i))} />
          {wrong.has(i) && <p className="bells-wrong" role="alert">{t(`bells.${wrong.get(i)}`)}</p>}
        </div>
      ))}
      <Button icon={<Plus size={16} />} onClick={() => onBells(withRow(bells, (no) => t('bells.nth', { no })))}>{t('bells.add')}</Button>
      {problem && <ProblemNote problem={problem} />}
      <p className="bells-note">{t('bells.effect')}</p>
      <p className="bells-save">
        <Button onClick={onCancel}>{t('common:cancel')}</Button>
        <Button type="primary" loading={busy} disabled={wrong.size > 0 || bells.length === 0} onClick={() => void save()}>{t('common:save')}</Button>
      </p>
    </div>
  )
}

/** The schedule of an ordinary day is the school's own one without dates, from Monday to Friday. */
async function saveOrdinary({ id: school, version }: SchoolDetail, periods: Period[]) {
  const { bells } = await calendar(school, {})
  const own = bells.find((b) => b.by === school && !b.from && !b.to && !b.campus && !b.stage)
  if (!own) return addBells(school, { name: '作息时间', weekdays: [1, 2, 3, 4, 5], periods }, version, false)
  return setBells(own.id, { name: own.name, weekdays: own.weekdays, periods }, version, false)
}
