import { type CSSProperties } from 'react'
import { useTranslation } from 'react-i18next'
import type { LessonTime } from '../../../api/model'
import { clock, weekday } from '../../../ui/time'
import type { Span } from '../grid'
import { spanOfTime, verdictOf } from './moving'
import type { Moving } from './useMoving'

/** The times of one day that the lesson being moved could have: each a button, so that the keyboard reaches them. */
export function Candidates({ moving, date, box }: { moving: Moving; date: string; box: (s: Span) => CSSProperties }) {
  const { t } = useTranslation('timetable')
  const { lesson, times, hover, target, choose, point } = moving
  if (!lesson) return null
  const label = (c: LessonTime) => [t(`desk:weekday.${weekday(date)}`), `${clock(c.start)}–${clock(c.end)}`, t(`verdict.${verdictOf(c, lesson.start)}`), ...c.clashes.map((x) => x.who)].join(' ')
  return (
    <>
      {times.filter((c) => c.date === date).map((c) => {
        const verdict = verdictOf(c, lesson.start)
        return (
          <button key={`${c.start}${c.end}`} type="button" className="candidate" data-verdict={verdict} data-over={hover === c} aria-pressed={target === c} style={box(spanOfTime(c))}
            disabled={verdict === 'past' || verdict === 'here'} aria-label={label(c)} title={label(c)} onClick={() => choose(c)} onFocus={() => point(c)} onBlur={() => point(undefined)}
            onPointerEnter={() => point(c)} onPointerLeave={() => point(undefined)}>
            {t(`verdict.${verdict}`)}
          </button>
        )
      })}
    </>
  )
}
