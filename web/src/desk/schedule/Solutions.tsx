import { useTranslation } from 'react-i18next'
import type { Solution } from '../../api/model'
import { clock, longDay } from '../../ui/time'

/** What would solve a clash, each in words; with a button where it can be done at once. */
export function Solutions({ solutions, onSolve }: { solutions: Solution[]; onSolve?: (s: Solution) => void }) {
  const { t } = useTranslation('desk')
  const words = useSolutionWords()
  if (solutions.length === 0) return null
  return (
    <section className="solutions">
      <h3>{t('solution.title')}</h3>
      <ul>
        {solutions.map((s) => {
          const text = words(s)
          return <li key={text}>{onSolve ? <button type="button" className="tt-button" onClick={() => onSolve(s)}>{text}</button> : <span>{text}</span>}</li>
        })}
      </ul>
    </section>
  )
}

/** The words for a solution. */
export function useSolutionWords(): (s: Solution) => string {
  const { t, i18n } = useTranslation('desk')
  return (s) => {
    if (s.date && s.start && s.end) {
      return t('solution.time', { day: longDay(s.date, i18n.language), start: clock(s.start), end: clock(s.end), periods: s.periods?.map((p) => p.name).join(' / ') })
    }
    const swaps = new Set(s.swaps?.map((w) => t(`solution.${w.dimension}`, { who: w.who, to: w.toName })))
    return [...swaps].join(t('solution.and'))
  }
}
