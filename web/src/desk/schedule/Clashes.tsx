import { TriangleAlert } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Clash } from '../../api/model'
import { clock, day, longDay } from '../../ui/time'

/** Who or what would be in two lessons at once, when, and what would solve it. Clashes of the same one with the same course are told once, with a count. */
export function Clashes({ clashes }: { clashes: Clash[] }) {
  const { t, i18n } = useTranslation('desk')
  const groups = new Map<string, Clash[]>()
  for (const c of clashes) {
    const key = `${c.dimension} ${c.id} ${c.title} ${clock(c.start)} ${c.solve}`
    groups.set(key, [...(groups.get(key) ?? []), c])
  }
  return (
    <div className="clashes" role="alert">
      <p><TriangleAlert size={22} aria-hidden /><strong>{t('clash.title')}</strong></p>
      <ul>
        {[...groups.values()].map(([c, ...more]) => c && (
          <li key={`${c.dimension}${c.lesson}`}>
            <strong>{t(`clash.${c.dimension}`, { who: c.who })}</strong>
            <span>
              {t('clash.when', { day: longDay(day(c.start), i18n.language), start: clock(c.start), end: clock(c.end), title: c.title })}
              {more.length > 0 && t('clash.more', { count: more.length })}
            </span>
            <span className="clash-solve">{t(`solve.${c.solve}`)}</span>
          </li>
        ))}
      </ul>
    </div>
  )
}
