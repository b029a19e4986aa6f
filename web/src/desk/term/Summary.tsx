import { useTranslation } from 'react-i18next'
import type { TermDetail } from '../../api/model'

/** What was found, in figures. */
export function Summary({ plan }: { plan: TermDetail }) {
  const { t } = useTranslation('desk')
  const r = plan.result
  if (!r) return null
  const share = r.bound > 0 ? Math.round((1000 * r.placed) / r.bound) / 10 : 100
  const figures: [string, string, string?][] = [
    ['needs', String(r.needs)], ['wanted', t('term.periods', { count: r.wanted })], ['placed', t('term.periods', { count: r.placed }), t('term.ofBound', { bound: r.bound, percent: share })],
    ['missing', t('term.periods', { count: r.wanted - r.placed })], ['changes', t('term.periods', { count: r.changes })], ['score', `${Math.round(r.score / 10)}%`],
  ]
  return (
    <dl className="term-figures">
      {figures.map(([name, value, note]) => (
        <div key={name}>
          <dt>{t(`term.figure.${name}`)}</dt>
          <dd>{value}{note && <small>{note}</small>}</dd>
        </div>
      ))}
    </dl>
  )
}
