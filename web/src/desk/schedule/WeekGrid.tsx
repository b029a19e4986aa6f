import { type CSSProperties, type PointerEvent as Pointed, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { Lesson } from '../../api/model'
import { clock, day, hhmm, minutes, plusDays, shortDay, weekday } from '../../ui/time'
import { lookOf } from '../lesson-state'
import { nearest } from './changes/moving'
import { Candidates } from './changes/Candidates'
import type { Moving } from './changes/useMoving'
import { common, dayRange, hours, periodsOf, place, type Placed, type Span, spanOf } from './grid'
import { DayMarks } from './DayMarks'
import type { WeekOfSchool } from './lanes'
import './week-grid.css'

/** A school's own periods, drawn as a lane beside the week. */
export type Lane = WeekOfSchool

interface Props {
  monday: string
  today: string
  now: number
  lanes: Lane[]
  lessons: Lesson[]
  onPick: (lesson: Lesson) => void
  /** Lessons can be dragged, or moved with the key M; without it they are only shown. */
  moving?: Moving
}

const PX_A_MINUTE = 1.5
const LEAST_COMMON = 10

/** One week in true time. The lanes at the left are the schools' own bells; where they overlap, a band runs through the week. */
export function WeekGrid({ monday, today, now, lanes, lessons, onPick, moving }: Props) {
  const { t, i18n } = useTranslation(['desk', 'timetable'])
  const periods = lanes.map((l) => periodsOf(l.bells))
  const range = dayRange([...periods.flat(), ...lessons.map(spanOf)])
  const bands = lanes.length > 1 ? common(periods, LEAST_COMMON) : []
  const days = [0, 1, 2, 3, 4, 5, 6].map((n) => plusDays(monday, n)).filter((d) => weekday(d) <= 5 || lessons.some((l) => day(l.start) === d) || moving?.times.some((t) => t.date === d) || lanes.some((l) => l.marks.get(d)?.like))
  const columns = ['var(--hours)', ...lanes.map(() => 'var(--lane)'), ...(bands.length > 0 ? ['64px'] : []), ...days.map(() => 'minmax(118px, 1fr)')].join(' ')
  const box = (s: Span): CSSProperties => ({ top: (s.start - range.start) * PX_A_MINUTE, height: (s.end - s.start) * PX_A_MINUTE })
  const height = (range.end - range.start) * PX_A_MINUTE + 8

  const body = useRef<HTMLDivElement>(null)
  // Where the pointer is: the day's column under it, and the minute at its height.
  const under = (e: Pointed) => {
    const column = [...(body.current?.querySelectorAll<HTMLElement>('.week-day') ?? [])].find((c) => e.clientX >= c.getBoundingClientRect().left && e.clientX < c.getBoundingClientRect().right)
    if (!column) return undefined
    return nearest(moving?.times ?? [], column.dataset.day ?? '', range.start + (e.clientY - column.getBoundingClientRect().top) / PX_A_MINUTE)
  }
  const drag: Drag = {
    start: (lesson) => moving?.start(lesson, 'move'),
    over: (e) => moving?.point(under(e)),
    drop: (e) => {
      moving?.choose(under(e))
      moving?.point(undefined)
    },
    stop: () => moving?.stop(),
  }

  return (
    <div className="week" data-moving={Boolean(moving?.lesson)} style={{ '--columns': columns } as CSSProperties} role="group" aria-label={t('schedule.week')}>
      <div className="week-head">
        <span />
        {lanes.map((l) => <span key={l.id} className="week-lane-name" title={l.name}>{l.name}{l.week !== undefined && <small>{t('timetable:week.no', { no: l.week, parity: t(l.week % 2 ? 'timetable:week.odd' : 'timetable:week.even') })}</small>}</span>)}
        {bands.length > 0 && <span className="week-lane-name">{t('schedule.common')}</span>}
        {days.map((d) => (
          <span key={d} className="week-day-name" data-today={d === today}>
            <strong>{t(`weekday.${weekday(d)}`)}</strong> {shortDay(d, i18n.language)}
            <DayMarks lanes={lanes} date={d} />
          </span>
        ))}
      </div>
      <div className="week-body" ref={body} style={{ height }}>
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
          <div key={d} className="week-day" data-day={d} data-today={d === today} data-off={lanes.length > 0 && lanes.every((l) => l.marks.get(d)?.off)}>
            {hours(range).map((h) => <i key={h} style={{ top: (h - range.start) * PX_A_MINUTE }} />)}
            {bands.map((b) => <div key={b.start} className="week-band" style={box(b)} />)}
            {d === today && minutes(clock(now)) >= range.start && minutes(clock(now)) <= range.end && <div className="week-now" style={{ top: (minutes(clock(now)) - range.start) * PX_A_MINUTE }} />}
            {place(lessons.filter((l) => day(l.start) === d)).map((p) => <Block key={p.lesson.id} placed={p} box={box(p)} now={now} onPick={onPick} drag={moving && drag} />)}
            {moving?.lesson && <Candidates moving={moving} date={d} box={box} />}
          </div>
        ))}
      </div>
    </div>
  )
}

interface Drag {
  start: (lesson: Lesson) => void
  over: (e: Pointed) => void
  drop: (e: Pointed) => void
  stop: () => void
}

const DRAG_PX = 6

function Block({ placed, box, now, onPick, drag }: { placed: Placed; box: CSSProperties; now: number; onPick: (l: Lesson) => void; drag?: Drag }) {
  const { t } = useTranslation(['desk', 'timetable'])
  const { lesson, lane, lanes } = placed
  const look = lookOf(lesson, now)
  const from = useRef<{ x: number; y: number; dragging: boolean } | null>(null)
  const style = { ...box, left: `calc(${(lane / lanes) * 100}% + 2px)`, width: `calc(${100 / lanes}% - 4px)` }
  const label = [t(`weekday.${weekday(day(lesson.start))}`), `${clock(lesson.start)}–${clock(lesson.end)}`, lesson.title, lesson.lecturer.name, t(`state.${look}`)].join(' ')
  const movable = drag && lesson.state === 'planned' && Date.parse(lesson.start) > now
  const down = (e: Pointed<HTMLButtonElement>) => {
    if (!movable || e.button !== 0) return
    from.current = { x: e.clientX, y: e.clientY, dragging: false }
    e.currentTarget.setPointerCapture(e.pointerId)
  }
  const moved = (e: Pointed) => {
    const f = from.current
    if (!f) return
    if (!f.dragging && Math.hypot(e.clientX - f.x, e.clientY - f.y) > DRAG_PX) {
      f.dragging = true
      drag?.start(lesson)
    }
    if (f.dragging) drag?.over(e)
  }
  const up = (e: Pointed) => {
    if (from.current?.dragging) drag?.drop(e)
    else if (from.current) onPick(lesson)
    from.current = null
  }
  return (
    <button type="button" className="week-lesson" data-look={look} data-lesson={lesson.id} data-movable={movable} style={style} aria-label={label} title={label}
      aria-keyshortcuts={movable ? 'M' : undefined} onPointerDown={down} onPointerMove={moved} onPointerUp={up}
      onPointerCancel={() => { if (from.current?.dragging) drag?.stop(); from.current = null }}
      onKeyDown={(e) => { if (movable && e.key.toLowerCase() === 'm' && !e.ctrlKey && !e.metaKey) drag?.start(lesson) }}
      onClick={(e) => { if (!movable || e.detail === 0) onPick(lesson) }}>
      <strong>{lesson.title}</strong>
      <span>{`${clock(lesson.start)} ${lesson.lecturer.name}`}</span>
      {(lesson.movedFrom || lesson.insteadOf || lesson.replaces || lesson.replacedBy) && (
        <em>{[lesson.movedFrom && t('timetable:tag.moved'), lesson.insteadOf && t('timetable:tag.substitute'), lesson.replaces && t('timetable:tag.makeUp'), lesson.replacedBy && t('timetable:tag.madeUp')].filter(Boolean).join(' · ')}</em>
      )}
    </button>
  )
}
