import { useTranslation } from 'react-i18next'
import type { Lesson } from '../../api/model'
import { Badge } from '../../ui/parts'
import { clock, day, longDay, plusDays } from '../../ui/time'
import { lookOf, toneOf } from '../lesson-state'

/** The week as a list of days: what a phone shows instead of the grid. */
export function Agenda({ monday, lessons, now, onPick }: { monday: string; lessons: Lesson[]; now: number; onPick: (l: Lesson) => void }) {
  const { t, i18n } = useTranslation('desk')
  const days = [0, 1, 2, 3, 4, 5, 6].map((n) => plusDays(monday, n))
  const filled = days.map((d) => ({ d, list: lessons.filter((l) => day(l.start) === d) })).filter(({ list }) => list.length > 0)
  if (filled.length === 0) return <p className="agenda-none">{t('schedule.noLessons')}</p>
  return (
    <div className="agenda">
      {filled.map(({ d, list }) => (
        <section key={d} aria-label={longDay(d, i18n.language)}>
          <h2>{longDay(d, i18n.language)}</h2>
          <ul>
            {list.map((l) => (
              <li key={l.id}>
                <button type="button" className="tt-card" data-lesson={l.id} onClick={() => onPick(l)}>
                  <span className="agenda-time">{`${clock(l.start)}–${clock(l.end)}`}</span>
                  <strong>{l.title}</strong>
                  <Badge tone={toneOf[lookOf(l, now)]}>{t(`state.${lookOf(l, now)}`)}</Badge>
                  <span className="agenda-who">{`${l.lecturer.name} · ${l.school.name}`}</span>
                </button>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </div>
  )
}
