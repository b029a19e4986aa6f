import type { Slot } from '../../api/model'
import { minutes } from '../../ui/time'

/** Slots that are the same periods on different weekdays: one row of the picker, drawn once. */
export interface SlotRow {
  key: string
  start: string
  end: string
  minutes: number
  periods: Slot['periods']
  /** Its times, season of bells by season, on the first of its weekdays. */
  spells: Slot['spells']
  byWeekday: Map<number, Slot>
}

export const slotKey = (s: Slot) => `${s.weekday} ${rowKey(s)}`

const rowKey = (s: Slot) => s.periods.map((p) => `${p.school}:${p.no}:${p.start}`).join(' ')

/** The picker's rows, by time; those with fewer common minutes than `least` are left out. */
export function slotRows(slots: Slot[], least: number): SlotRow[] {
  const rows = new Map<string, SlotRow>()
  for (const s of slots) {
    if (s.minutes < least) continue
    const key = rowKey(s)
    const row = rows.get(key) ?? { key, start: s.start, end: s.end, minutes: s.minutes, periods: s.periods, spells: s.spells, byWeekday: new Map<number, Slot>() }
    row.byWeekday.set(s.weekday, s)
    rows.set(key, row)
  }
  return [...rows.values()].sort((a, b) => a.start.localeCompare(b.start) || b.minutes - a.minutes)
}

/** The longest common time that any slot offers, minutes. */
export const longest = (slots: Slot[]) => Math.max(0, ...slots.map((s) => s.minutes))

export interface Bar {
  school: string
  /** Percent of the picture's width. */
  left: number
  width: number
}

/** The picture of a row: each school's period as a bar on one time axis, and the common part. */
export function picture(row: Pick<SlotRow, 'periods' | 'start' | 'end'>): { bars: Bar[]; common: Bar } {
  const from = Math.min(...row.periods.map((p) => minutes(p.start)))
  const to = Math.max(...row.periods.map((p) => minutes(p.end)))
  const bar = (school: string, start: string, end: string): Bar => ({
    school,
    left: ((minutes(start) - from) / (to - from)) * 100,
    width: ((minutes(end) - minutes(start)) / (to - from)) * 100,
  })
  return { bars: row.periods.map((p) => bar(p.school, p.start, p.end)), common: bar('', row.start, row.end) }
}
