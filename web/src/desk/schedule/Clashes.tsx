import { TriangleAlert } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Clash, Solution } from '../../api/model'
import { clock, day, longDay } from '../../ui/time'
import { clashGroups } from './clash-groups'
import { Solutions } from './Solutions'

interface Props {
  clashes: Clash[]
  title: string
  solutions?: Solution[]
  /** Makes a solution happen; without it they are only told. */
  onSolve?: (s: Solution) => void
}

/** Of what is shared: recordings, or what a line carries in Mbit/s. */
const amount = (c: Clash, n = 0) => (c.dimension === 'recorder' ? n : Math.round(n / 100) / 10)

/** What is there already and when, and for each who or what would be in two lessons at once: what would solve it. */
export function Clashes({ clashes, title, solutions = [], onSolve }: Props) {
  const { t, i18n } = useTranslation('desk')
  return (
    <div className="clashes" role="alert">
      <p><TriangleAlert size={22} aria-hidden /><strong>{title}</strong></p>
      {clashGroups(clashes).map((g) => (
        <section key={g.key}>
          <h3>
            {t(g.first.lessons.length === 0 ? 'clash.whenShared' : g.first.lesson === '' ? 'clash.whenOwn' : 'clash.when', { day: longDay(day(g.first.start), i18n.language), start: clock(g.first.start), end: clock(g.first.end), title: g.first.title })}
            {g.lessons > 1 && t('clash.more', { count: g.lessons - 1 })}
          </h3>
          <ul>
            {g.who.map((c) => (
              <li key={`${c.dimension}${c.id}`}>
                <span>{t(`clash.${c.dimension}`, { who: c.who, amount: amount(c, c.amount), limit: amount(c, c.limit) })}{c.other && t('clash.other', { other: c.other })}</span>
                <span className="clash-solve">{t(`solve.${c.solve}`)}</span>
              </li>
            ))}
          </ul>
        </section>
      ))}
      <Solutions solutions={solutions} onSolve={onSolve} />
    </div>
  )
}
