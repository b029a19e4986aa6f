import { type CSSProperties } from 'react'
import { useTranslation } from 'react-i18next'
import type { Lesson, Period } from '../../api/model'
import { clock, day, hhmm, minutes, plusDays, shortDay, weekday } from '../../ui/time'
import { lookOf } from '../lesson-state'
import { common, dayRange, hours, periodsOf, place, type Placed, type Span, spanOf } from './grid'
import './week-grid.css'

/** A school's own periods, drawn as a lane beside the week. */
export interface Lane {
  id: string
  name: string
  bells: Period[]
}

interface Props {
  monday: string
  today: string
  now: number
  lanes: Lane[]
  lessons: Lesson[]
  onPick: (lesson: Lesson) => void
}

const PX_A_MINUTE = 1.5
const LEAST_COMMON = 10

/** One week in true time. The lanes at the left are the schools' own bells; where they overlap, a band runs through the week. */
export function WeekGrid({ monday, today, now, lanes, lessons, onPick }: Props) {
  const { t, i18n } = useTranslation('desk')
  const periods = lanes.map((l) => periodsOf(l.bells))
  const range = dayRange([...periods.flat(), ...lessons.map(spanOf)])
  const bands = lanes.length > 1 ? common(periods, LEAST_COMMON) : []
  const days = [0, 1, 2, 3, 4, 5, 6].map((n) => plusDays(monday, n)).filter((d) => weekday(d) <= 5 || lessons.some((l) => day(l.start) === d))
  const columns = ['var(--hours)', ...lanes.map(() => 'var(--lane)'), ...(bands.length > 0 ? ['64px'] : []), ...days.map(() => 'minmax(118px, 1fr)')].join(' ')
  const box = (s: Span): CSSProperties => ({ top: (s.start - range.start) * PX_A_MINUTE, height: (s.end - s.start) * PX_A_MINUTE })
  const height = (range.end - range.start) * PX_A_MINUTE + 8

  return (
    <div className="week" style={{ '--columns': columns } as CSSProperties} role="group" aria-label={t('schedule.week')}>
      <div className="week-head">
        <span />
        {lanes.map((l) => <span key={l.id} className="week-lane-name" title={l.name}>{l.name}</span>)}
        {bands.length > 0 && <span className="week-lane-name">{t('schedule.common')}</span>}
        {days.map((d) => (
          <span key={d} className="week-day-name" data-today={d === today}>
            <strong>{t(`weekday.${weekday(d)}`)}</strong> {shortDay(d, i18n.language)}
          </span>
        ))}
      </div>
      <div className="week-body" style={{ height }}>
        <div className="week-hours">
          {hours(range).map((h) => <span key={h} style={{ top: (h - range.start) * PX_A_MINUTE }}>{hhmm(h)}</span>)}
        </div>
        {periods.map((own, i) => (
          <div key={lanes[i]?.id} className="week-lane" data-lead={i === 0}>
            {own.map((p) => (
              <div key={p.no} className="week-period" style={box(p)} title={`${lanes[i]?.name} ${p.name} ${hhmm(p.start)}–${hhmm(p.end)}`}>
                <b>{p.name}</b>
                <span>{hhmm(p.start)}</span>
              </div>
            ))}
          </div>
        ))}
        {bands.length > 0 && (
          <div className="week-lane week-commons">
            {bands.map((b) => (
              <div key={b.start} style={box(b)} title={`${hhmm(b.start)}–${hhmm(b.end)}`}>{b.end - b.start >= 15 ? t('schedule.min', { count: b.end - b.start }) : ''}</div>
            ))}
          </div>
        )}
        {days.map((d) => (
          <div key={d} className="week-day" data-today={d === today}>
            {hours(range).map((h) => <i key={h} style={{ top: (h - range.start) * PX_A_MINUTE }} />)}
            {bands.map((b) => <div key={b.start} className="week-band" style={box(b)} />)}
            {d === today && <div className="week-now" style={{ top: (minutes(clock(now)) - range.start) * PX_A_MINUTE }} />}
            {place(lessons.filter((l) => day(l.start) === d)).map((p) => <Block key={p.lesson.id} placed={p} box={box(p)} now={now} onPick={onPick} />)}
          </div>
        ))}
      </div>
    </div>
  )
}

function Block({ placed, box, now, onPick }: { placed: Placed; box: CSSProperties; now: number; onPick: (l: Lesson) => void }) {
  const { t } = useTranslation('desk')
  const { lesson, lane, lanes } = placed
  const look = lookOf(lesson, now)
  const style = { ...box, left: `calc(${(lane / lanes) * 100}% + 2px)`, width: `calc(${100 / lanes}% - 4px)` }
  const label = [t(`weekday.${weekday(day(lesson.start))}`), `${clock(lesson.start)}–${clock(lesson.end)}`, lesson.title, lesson.lecturer.name, t(`state.${look}`)].join(' ')
  return (
    <button type="button" className="week-lesson" data-look={look} data-lesson={lesson.id} style={style} aria-label={label} title={label} onClick={() => onPick(lesson)}>
      <strong>{lesson.title}</strong>
      <span>{`${clock(lesson.start)} ${lesson.lecturer.name}`}</span>
    </button>
  )
}
