import { useTranslation } from 'react-i18next'
import { useLive } from './commands'
import { useStore } from './useStore'
import { lessonWords } from './words'

/** Why the last thing that was asked for was not done; goes away by itself. */
export function Refused() {
  const { t } = useTranslation('lesson')
  const problem = useStore(useLive().desk.problem, (p) => p)
  if (!problem) return null
  const words = lessonWords(t, problem)
  return (
    <div className="ls-refused" role="alert" data-code={problem.code}>
      <strong>{words.title}</strong> {words.advice}
    </div>
  )
}
