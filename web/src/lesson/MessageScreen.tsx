import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { urls } from '../app/urls'
import type { Lesson } from '../live/lesson-api'
import type { VisitStep } from '../live/visit'
import type { Problem } from '../live/wire'
import { lessonWords } from './words'

interface Props {
  step: VisitStep
  lesson: Lesson | null
  problem: Problem | null
}

/** A whole page of words: being opened, cannot be entered, will not take place. */
export function MessageScreen({ step, lesson, problem }: Props) {
  const { t } = useTranslation('lesson')
  if (step === 'refused' && problem) {
    const words = lessonWords(t, problem)
    return <Words title={words.title} text={words.advice} alert />
  }
  if (step === 'off' && lesson) return <Words title={t(`off.${lesson.state}`, { title: lesson.title })} text={lesson.reason ?? ''} />
  const trouble = problem && lessonWords(t, problem)
  return (
    <main className="ls-message" role="status">
      <span className="ls-spinner" aria-hidden />
      <h1>{t(step === 'joining' ? 'joining.title' : 'opening')}</h1>
      {trouble && <p>{trouble.title}</p>}
    </main>
  )
}

function Words({ title, text, alert = false }: { title: string; text: string; alert?: boolean }) {
  const { t } = useTranslation('lesson')
  return (
    <main className="ls-message" role={alert ? 'alert' : undefined}>
      <h1>{title}</h1>
      <p>{text}</p>
      <Link className="tt-button" data-look="primary" data-size="large" to={urls.today}>
        {t('backToToday')}
      </Link>
    </main>
  )
}
