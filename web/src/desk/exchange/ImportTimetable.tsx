import { App, Input, Radio, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { importTimetable, previewTimetable, type SheetMapping, type TimetablePreview } from '../../api/exchange'
import { urls } from '../../app/urls'
import { useLoad } from '../../app/useLoad'
import { ProblemNote, Skeleton } from '../../ui/parts'
import { useVersioned } from '../useVersioned'
import { Columns } from './Columns'
import { Foot } from './Foot'
import type { Chosen } from './ImportPage'
import { fieldsOf, wholeFile } from './mapping'
import { TimetableRows } from './TimetableRows'

interface Props {
  school: string
  file: Chosen
  step: number
  onStep: (step: number) => void
}

export function ImportTimetable({ school, file, step, onStep }: Props) {
  const { t } = useTranslation('exchange')
  const { message } = App.useApp()
  const navigate = useNavigate()
  const [sheet, setSheet] = useState(0)
  const [mapping, setMapping] = useState<SheetMapping>()
  const [owner, setOwner] = useState('')
  const [replace, setReplace] = useState<'classes' | 'school'>('classes')
  const { busy, run, note } = useVersioned()
  const body = { file, sheet, mapping, owner: owner || undefined, replace }
  const key = JSON.stringify([file.name, file.data.length, sheet, mapping, owner, replace])
  const { data, problem, reload } = useLoad(`timetable ${key}`, (signal) => previewTimetable(school, body, signal))
  const [shown, setShown] = useState<TimetablePreview>() // while the next is fetched
  if (data && data !== shown) setShown(data)

  const take = () => run(shown?.version ?? 0, async (version) => {
    const done = await importTimetable(school, version, body)
    void message.success(t('done.timetable', done))
    await navigate(urls.school(school))
  })
  if (problem) return <><ProblemNote problem={problem} onRetry={reload} /><Foot onBack={() => onStep(0)} /></>
  if (!shown) return <Skeleton height={320} />
  return (
    <section className="tt-card import-step">
      {step === 1
        ? <Reading preview={shown} sheet={sheet} onSheet={(n) => { setSheet(n); setMapping(undefined) }} onMapping={setMapping} owner={owner} onOwner={setOwner} />
        : (
          <>
            <Radio.Group value={replace} onChange={(e) => setReplace(e.target.value)} aria-label={t('replace.label')}
              options={[{ value: 'classes', label: t('replace.classes') }, { value: 'school', label: t('replace.school') }]} />
            <TimetableRows preview={shown} />
          </>
        )}
      {note}
      <Foot onBack={() => onStep(step - 1)} onNext={step === 1 ? () => onStep(2) : undefined} onImport={step === 2 ? () => void take() : undefined}
        busy={busy || !data} disabled={shown.bad > 0 || shown.new + shown.gone === 0}
        note={step === 2 ? t(shown.bad > 0 ? 'mend' : shown.new + shown.gone === 0 ? 'nothingNew' : 'comes', { count: shown.bad, new: shown.new, same: shown.same, gone: shown.gone }) : undefined} />
    </section>
  )
}

interface ReadingProps {
  preview: TimetablePreview
  sheet: number
  onSheet: (n: number) => void
  onMapping: (m: SheetMapping) => void
  owner: string
  onOwner: (name: string) => void
}

/** How the file is read: guessed, and corrected here. */
function Reading({ preview, sheet, onSheet, onMapping, owner, onOwner }: ReadingProps) {
  const { t } = useTranslation('exchange')
  const m = preview.mapping
  if (!m) {
    return (
      <>
        <p>{t(`format.${preview.format}`)}</p>
        {preview.format === 'cses' && <label className="import-head">{t('csesOwner')}<Input value={owner} maxLength={80} placeholder={t('csesOwnerExample')} onChange={(e) => onOwner(e.target.value)} /></label>}
      </>
    )
  }
  return (
    <>
      <div className="import-choices">
        {preview.sheets.length > 1 && (
          <label>{t('sheet')}<Select value={sheet} onChange={onSheet} popupMatchSelectWidth={false} aria-label={t('sheet')}
            options={[...(m.form === 'grid' ? [{ value: wholeFile, label: t('allSheets', { count: preview.sheets.length }) }] : []), ...preview.sheets.map((name, i) => ({ value: i, label: name }))]} /></label>
        )}
        <label>{t('form.label')}<Select value={m.form} onChange={(form) => onMapping({ ...m, form })} popupMatchSelectWidth={false} aria-label={t('form.label')}
          options={(['list', 'grid', 'overview'] as const).map((f) => ({ value: f, label: t(`form.${f}`) }))} /></label>
        {m.form !== 'list' && (
          <label>{t('whose.label')}<Select value={m.whose} onChange={(whose) => onMapping({ ...m, whose })} aria-label={t('whose.label')}
            options={(['class', 'teacher'] as const).map((w) => ({ value: w, label: t(`whose.${w}`) }))} /></label>
        )}
        {m.form === 'grid' && sheet !== wholeFile && (
          <label>{t(`ownerOf.${m.whose}`)}<Input value={m.owner} maxLength={80} onChange={(e) => onMapping({ ...m, owner: e.target.value })} /></label>
        )}
      </div>
      <Columns sample={preview.sample} head={m.head} fields={fieldsOf(m)} columns={m.columns} onHead={(head) => onMapping({ ...m, head })} onColumns={(columns) => onMapping({ ...m, columns })} />
    </>
  )
}
