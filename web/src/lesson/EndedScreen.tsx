import { CheckCircle2 } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { urls } from '../app/urls'
import type { Lesson, LessonRecording } from '../live/lesson-api'
import { Progress } from '../ui/parts'

/** Thanks, and how far the recording is. */
export function EndedScreen({ lesson }: { lesson: Lesson }) {
  const { t } = useTranslation('lesson')
  return (
    <main className="ls-message">
      <CheckCircle2 size={56} aria-hidden />
      <h1>{t('ended.title')}</h1>
      <p>{t('ended.text', { title: lesson.title, lecturer: lesson.lecturer.name })}</p>
      {lesson.recording && <Recording id={lesson.id} recording={lesson.recording} />}
      <Link className="tt-button" data-size="large" to={urls.today}>
        {t('backToToday')}
      </Link>
    </main>
  )
}

function Recording({ id, recording }: { id: string; recording: LessonRecording }) {
  const { t } = useTranslation('lesson')
  const { state, percent, secsLeft, reason } = recording
  if (state === 'stored') {
    return (
      <Link className="tt-button" data-look="primary" data-size="large" to={urls.resource(id)}>
        {t('ended.watch')}
      </Link>
    )
  }
  const words = t(`recording.${state}`)
  const why = reason ? t(`recordingReason.${reason}`, { defaultValue: '' }) : ''
  return (
    <div className="ls-recording" role="status">
      <p>
        {words}
        {secsLeft ? ` · ${t('secsLeft', { count: Math.max(1, Math.round(secsLeft / 60)) })}` : ''}
      </p>
      {(state === 'composing' || state === 'uploading') && <Progress percent={percent ?? 0} label={words} />}
      {why && <p>{why}</p>}
      <Link to={urls.resource(id)}>{t('ended.resource')}</Link>
    </div>
  )
}
