import type { Lesson, Period } from '../../api/model'
import { day, minutes } from '../../ui/time'

// The geometry of a week: pure, in minutes since midnight. What is drawn from it stands in WeekGrid.

export interface Span {
  start: number
  end: number
}

/** The lesson periods of a bell schedule, in order. */
export function periodsOf(bells: Period[]): (Span & { no: number; name: string })[] {
  return bells
    .filter((b) => b.lesson)
    .map((b) => ({ no: b.no, name: b.name, start: minutes(b.start), end: minutes(b.end) }))
    .sort((a, b) => a.start - b.start)
}

/** The times that lie inside a period of every school, at least `least` minutes long. */
export function common(schools: Span[][], least: number): Span[] {
  const [first = [], ...others] = schools
  return others.reduce<Span[]>(meet, first).filter((s) => s.end - s.start >= least)
}

function meet(a: Span[], b: Span[]): Span[] {
  const out: Span[] = []
  for (const x of a) {
    for (const y of b) {
      const start = Math.max(x.start, y.start)
      const end = Math.min(x.end, y.end)
      if (start < end) out.push({ start, end })
    }
  }
  return out
}

/** The part of the day that is drawn: everything in `spans`, to full half hours, and at least the school morning. */
export function dayRange(spans: Span[]): Span {
  const start = Math.min(8 * 60, ...spans.map((s) => s.start))
  const end = Math.max(12 * 60, ...spans.map((s) => s.end))
  return { start: Math.floor(start / 30) * 30, end: Math.ceil(end / 30) * 30 }
}

/** Full hours within a range. */
export function hours({ start, end }: Span): number[] {
  const out: number[] = []
  for (let h = Math.ceil(start / 60) * 60; h <= end; h += 60) out.push(h)
  return out
}

export interface Placed extends Span {
  lesson: Lesson
  /** 0 is the leftmost of `lanes` lanes that lessons at the same time share. */
  lane: number
  lanes: number
}

/** Minutes of the lesson on its own day; one that runs past midnight ends with the day. */
export function spanOf(lesson: Pick<Lesson, 'start' | 'end'>): Span {
  const start = minutes(lesson.start)
  const end = day(lesson.end) === day(lesson.start) ? minutes(lesson.end) : 24 * 60
  return { start, end: Math.max(end, start + 5) }
}

/** Places the lessons of one day: those that overlap stand side by side, each group as narrow as it must be. */
export function place(lessons: Lesson[]): Placed[] {
  const sorted = lessons.map((lesson) => ({ lesson, ...spanOf(lesson) })).sort((a, b) => a.start - b.start || b.end - a.end)
  const out: Placed[] = []
  let group: Placed[] = []
  let groupEnd = -1
  const close = () => {
    const lanes = Math.max(0, ...group.map((p) => p.lane + 1))
    for (const p of group) p.lanes = lanes
    out.push(...group)
    group = []
  }
  for (const s of sorted) {
    if (s.start >= groupEnd) close()
    const taken = new Set(group.filter((p) => p.end > s.start).map((p) => p.lane))
    let lane = 0
    while (taken.has(lane)) lane++
    group.push({ ...s, lane, lanes: 1 })
    groupEnd = Math.max(group.length === 1 ? -1 : groupEnd, s.end)
  }
  close()
  return out
}
