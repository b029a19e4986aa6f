import type { Lesson } from '../../api/model'
import { day, plusDays, weekday } from '../../ui/time'
import { type Look, lookOf } from '../lesson-state'
import { type Span, spanOf } from '../schedule/grid'

/** One room with its lessons, in order of time. */
export interface RoomRow {
  id: string
  school: string
  room: string
  lessons: Lesson[]
}

/** Rooms by school and name; only those whose school or room, or a lesson's title or lecturer, holds the words. */
export function roomRows(lessons: Lesson[], words = ''): RoomRow[] {
  const rows = new Map<string, RoomRow>()
  for (const l of lessons) {
    for (const r of l.rooms) {
      const row = rows.get(r.id) ?? { id: r.id, school: r.schoolName, room: r.name, lessons: [] }
      row.lessons.push(l)
      rows.set(r.id, row)
    }
  }
  const has = (text: string) => text.toLowerCase().includes(words.trim().toLowerCase())
  return [...rows.values()]
    .filter((r) => has(`${r.school} ${r.room}`) || r.lessons.some((l) => has(`${l.title} ${l.lecturer.name}`)))
    .sort((a, b) => a.school.localeCompare(b.school, 'zh') || a.room.localeCompare(b.room, 'zh'))
}

/** How many lessons there are of each look. */
export function counts(lessons: Lesson[], now: number): Map<Look, number> {
  const found = new Map<Look, number>()
  for (const l of lessons) found.set(lookOf(l, now), (found.get(lookOf(l, now)) ?? 0) + 1)
  return found
}

/** The days that are drawn: the one, or the days of its week on which there is school. */
export function daysOf(date: string, week: boolean, lessons: Lesson[]): string[] {
  if (!week) return [date]
  const monday = plusDays(date, 1 - weekday(date))
  const used = new Set(lessons.map((l) => day(l.start)))
  return [0, 1, 2, 3, 4, 5, 6].map((n) => plusDays(monday, n)).filter((d) => weekday(d) <= 5 || used.has(d))
}

/** Where a lesson stands on the axis of all days side by side, in percent; undefined outside of it. */
export function placed(lesson: Lesson, days: string[], range: Span): { left: number; width: number } | undefined {
  const i = days.indexOf(day(lesson.start))
  if (i < 0) return undefined
  const span = spanOf(lesson)
  const part = 100 / days.length
  const at = (m: number) => ((m - range.start) / (range.end - range.start)) * part
  return { left: i * part + at(span.start), width: at(span.end) - at(span.start) }
}
