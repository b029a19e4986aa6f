import { Check } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Presence } from '../live/visit'
import { useStore } from './useStore'
import { lessonWords } from './words'

interface Props {
  presence: Presence
  source: string
  /** The lecturer is told to look after the own camera, everybody else to wait. */
  lecturing?: boolean
}

/** Until the first picture: how far we are, in steps, and what is in the way. */
export function JoiningSteps({ presence, source, lecturing = false }: Props) {
  const { t } = useTranslation('lesson')
  const inLesson = useStore(presence.events.state, (s) => s.lesson !== null)
  const teacherHere = useStore(presence.events.state, (s) => Object.values(s.lesson?.sources ?? {}).some((src) => src.slot === 'lecturer'))
  const { phase, problem } = useStore(presence.viewer.link.state, (s) => s)
  const steps: [string, boolean][] = [
    ['enter', inLesson],
    ['line', phase === 'up'],
    ['teacher', teacherHere || source !== ''],
    ['picture', false],
  ]
  const now = steps.findIndex(([, done]) => !done)
  const slow = useLater(12_000)
  const advice = `joining.slow.${lecturing && steps[now]?.[0] === 'teacher' ? 'ownCamera' : steps[now]?.[0]}`
  const trouble = problem && lessonWords(t, problem)
  return (
    <div className="ls-joining" role="status">
      <p>{t(`joining.now.${steps[now]?.[0]}`)}</p>
      <ol aria-label={t('joining.title')}>
        {steps.map(([name, done], i) => (
          <li key={name} data-done={done} aria-current={i === now ? 'step' : undefined}>
            {done ? <Check size={18} aria-hidden /> : i === now ? <span className="ls-spinner" aria-hidden /> : <span className="ls-step" aria-hidden />}
            {t(`joining.step.${name}`)}
          </li>
        ))}
      </ol>
      {trouble ? <p className="ls-trouble">{trouble.title}<br />{trouble.advice}</p> : slow && <p className="ls-trouble">{t(advice)}</p>}
    </div>
  )
}

function useLater(ms: number): boolean {
  const [later, setLater] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setLater(true), ms)
    return () => clearTimeout(timer)
  }, [ms])
  return later
}
