import { Steps } from 'antd'
import { ChevronLeft } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, Navigate, useParams } from 'react-router'
import { base64, type RosterKind } from '../../api/exchange'
import { school } from '../../api/places'
import { urls } from '../../app/urls'
import { useLoad } from '../../app/useLoad'
import { ProblemNote } from '../../ui/parts'
import { ChooseFile } from './ChooseFile'
import '../schools/schools.css'
import './exchange.css'
import { ImportRoster } from './ImportRoster'
import { ImportTimetable } from './ImportTimetable'

const kinds = ['timetable', 'teachers', 'classes', 'rooms'] as const
export type Kind = 'timetable' | RosterKind

/** A file that was chosen. It stays in the page: every step sends it anew, and the server keeps nothing of what is not imported. */
export interface Chosen {
  name: string
  data: string
}

/** Import of a school's own timetable or of one of its lists: choose a file, say what its columns are, look at what will come, import. */
export function ImportPage() {
  const { t } = useTranslation('exchange')
  const { id = '', kind = '' } = useParams()
  const of = useLoad(`school ${id}`, (signal) => school(id, signal))
  const [file, setFile] = useState<Chosen | null>(null)
  const [step, setStep] = useState(0)
  const known = kinds.find((k) => k === kind)
  if (!known) return <Navigate to={urls.school(id)} replace />

  const choose = async (f: File) => {
    setFile({ name: f.name, data: await base64(f) })
    setStep(1)
  }
  const steps = ['file', 'columns', 'look'].map((name) => ({ title: t(`step.${name}`) }))
  return (
    <div className="import">
      <Link className="school-back" to={urls.school(id)}><ChevronLeft size={18} aria-hidden />{of.data?.name ?? t('back')}</Link>
      <h1>{t(`title.${known}`)}</h1>
      <Steps current={step} items={steps} responsive={false} size="small" />
      {of.problem && <ProblemNote problem={of.problem} onRetry={of.reload} />}
      {(step === 0 || !file) && <ChooseFile kind={known} onChoose={choose} />}
      {step > 0 && file && (known === 'timetable'
        ? <ImportTimetable school={id} file={file} step={step} onStep={setStep} />
        : <ImportRoster school={id} kind={known} file={file} step={step} onStep={setStep} />)}
    </div>
  )
}
