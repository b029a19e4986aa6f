import type { TFunction } from 'i18next'
import { memo, useMemo, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { Lesson } from '../../api/model'
import { clock, day, hhmm, minutes, shortDay, weekday } from '../../ui/time'
import { useWindow } from '../../ui/useWindow'
import { lookOf } from '../lesson-state'
import { dayRange, hours, type Span, spanOf } from '../schedule/grid'
import { placed, type RoomRow } from './rows'

const ROW_PX = 44

/** Rooms down, time across. Of thousands of rooms only those are drawn that can be seen. */
export function RoomsBoard({ rows, days, now, onPick }: { rows: RoomRow[]; days: string[]; now: number; onPick: (l: Lesson) => void }) {
  const { t, i18n } = useTranslation('desk')
  const box = useRef<HTMLDivElement>(null)
  const range = useMemo(() => dayRange(rows.flatMap((r) => r.lessons.map(spanOf))), [rows])
  const shown = useWindow(box, ROW_PX, rows.length)
  const part = 100 / days.length
  const at = (i: number, m: number) => i * part + ((m - range.start) / (range.end - range.start)) * part
  const ticks = days.length === 1 ? hours(range).map((h) => ({ key: `${h}`, left: at(0, h), text: hhmm(h) })) : days.map((d, i) => ({ key: d, left: i * part, text: `${t(`weekday.${weekday(d)}`)} ${shortDay(d, i18n.language)}` }))
  const today = days.indexOf(day(now))
  const minute = Math.floor(now / 60_000) * 60_000 // what is drawn changes by the minute
  const clocked = minutes(clock(now))
  const nowAt = today >= 0 && clocked >= range.start && clocked <= range.end ? at(today, clocked) : -1 // at night it would stand on another day
  const lines = ticks.map((k) => k.left).join(' ')
  return (
    <div className="rooms" ref={box} role="table" aria-label={t('timetable:county.title')} aria-rowcount={rows.length} tabIndex={0}>
      <div className="rooms-head" role="row">
        <span role="columnheader">{t('timetable:county.room')}</span>
        <div role="columnheader" className="rooms-axis">{ticks.map((k) => <span key={k.key} data-day={days.length > 1} data-end={k.left > 98} style={{ left: `${k.left}%` }}>{k.text}</span>)}</div>
      </div>
      <div className="rooms-body" style={{ height: rows.length * ROW_PX }}>
        {rows.slice(shown.from, shown.to).map((row, i) => (
          <Row key={row.id} row={row} index={shown.from + i} days={days} range={range} lines={lines} nowAt={nowAt} now={minute} onPick={onPick} />
        ))}
      </div>
    </div>
  )
}

interface RowProps {
  row: RoomRow
  index: number
  days: string[]
  range: Span
  /** Of the axis, in percent. */
  lines: string
  nowAt: number
  now: number
  onPick: (l: Lesson) => void
}

/** One room. It is drawn again only when something of it changes: not for every step of scrolling. */
const Row = memo(function Row({ row, index, days, range, lines, nowAt, now, onPick }: RowProps) {
  const { t } = useTranslation('desk')
  return (
    <div role="row" aria-rowindex={index + 1} className="room-row" style={{ top: index * ROW_PX, height: ROW_PX }}>
      <span role="rowheader" title={`${row.school} ${row.room}`}><strong>{row.school}</strong> {row.room}</span>
      <div role="cell" className="room-lessons">
        {lines.split(' ').map((left) => <i key={left} style={{ left: `${left}%` }} />)}
        {nowAt >= 0 && <b className="room-now" style={{ left: `${nowAt}%` }} />}
        {row.lessons.map((l) => <Chip key={l.id} lesson={l} box={placed(l, days, range)} now={now} t={t} onPick={onPick} />)}
      </div>
    </div>
  )
})

interface ChipProps {
  lesson: Lesson
  box?: { left: number; width: number }
  now: number
  t: TFunction<'desk'>
  onPick: (l: Lesson) => void
}

function Chip({ lesson, box, now, t, onPick }: ChipProps) {
  if (!box) return null
  const look = lookOf(lesson, now)
  const label = [`${clock(lesson.start)}–${clock(lesson.end)}`, lesson.title, lesson.lecturer.name, t(`state.${look}`)].join(' ')
  return (
    <button type="button" className="week-lesson room-lesson" data-look={look} data-lesson={lesson.id} style={{ left: `${box.left}%`, width: `${box.width}%` }} title={label} aria-label={label} onClick={() => onPick(lesson)}>
      <strong>{lesson.title}</strong>
      <span>{lesson.lecturer.name}</span>
    </button>
  )
}
