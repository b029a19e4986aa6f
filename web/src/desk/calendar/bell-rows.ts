import type { Period } from '../../api/model'
import { hhmm, minutes } from '../../ui/time'

export type Fault = 'unnamed' | 'malformed' | 'backwards' | 'overlaps'

/** What is wrong with a bell schedule, by row: no name, no time of day, an end before its start, a start before the row above has ended. */
export function faults(bells: Period[]): Map<number, Fault> {
  const out = new Map<number, Fault>()
  bells.forEach((p, i) => {
    const above = bells[i - 1]
    if (p.name.trim() === '') out.set(i, 'unnamed')
    else if (!isTime(p.start) || !isTime(p.end)) out.set(i, 'malformed')
    else if (!(p.start < p.end)) out.set(i, 'backwards')
    else if (above && p.start < above.end) out.set(i, 'overlaps')
  })
  return out
}

const isTime = (s: string) => /^([01]\d|2[0-3]):[0-5]\d$/.test(s)

/** What people type as a time of day: "8:5", "805", "8：05" are 08:05. What cannot be understood stays as it is. */
export function tidyTime(typed: string): string {
  const parts = /^\s*(\d{1,2})\s*[:：.]\s*(\d{1,2})\s*$/.exec(typed) ?? /^\s*(\d{1,2})(\d{2})\s*$/.exec(typed)
  const time = [parts?.[1], parts?.[2]].map((n) => n?.padStart(2, '0')).join(':')
  return isTime(time) ? time : typed
}

/** One more period of 40 minutes, 10 minutes after the last. */
export function withRow(bells: Period[], nameOf: (no: number) => string): Period[] {
  const no = Math.max(0, ...bells.map((b) => b.no)) + 1
  const start = Math.min(bells.length > 0 ? minutes(bells[bells.length - 1]?.end ?? '08:00') + 10 : 8 * 60, 23 * 60)
  return [...bells, { no, name: nameOf(no), start: hhmm(start), end: hhmm(start + 40), lesson: true }]
}
