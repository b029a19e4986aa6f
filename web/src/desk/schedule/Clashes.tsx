import { TriangleAlert } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Clash } from '../../api/model'
import { clock, day, longDay } from '../../ui/time'
import { clashGroups } from './clash-groups'

/** What is there already and when, and for each who or what would be in two lessons at once: what would solve it. */
export function Clashes({ clashes, title }: { clashes: Clash[]; title: string }) {
  const { t, i18n } = useTranslation('desk')
  return (
    <div className="clashes" role="alert">
      <p><TriangleAlert size={22} aria-hidden /><strong>{title}</strong></p>
      {clashGroups(clashes).map((g) => (
        <section key={g.key}>
          <h3>
            {t('clash.when', { day: longDay(day(g.first.start), i18n.language), start: clock(g.first.start), end: clock(g.first.end), title: g.first.title })}
            {g.lessons > 1 && t('clash.more', { count: g.lessons - 1 })}
          </h3>
          <ul>
            {g.who.map((c) => (
              <li key={`${c.dimension}${c.id}`}>
                <span>{t(`clash.${c.dimension}`, { who: c.who })}</span>
                <span className="clash-solve">{t(`solve.${c.solve}`)}</span>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </div>
  )
}
