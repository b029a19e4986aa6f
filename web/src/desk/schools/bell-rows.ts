import type { Period } from '../../api/model'
import { hhmm, minutes } from '../../ui/time'

export type Fault = 'unnamed' | 'backwards' | 'overlaps'

/** What is wrong with a bell schedule, by row: no name, an end before its start, a start before the row above has ended. */
export function faults(bells: Period[]): Map<number, Fault> {
  const out = new Map<number, Fault>()
  bells.forEach((p, i) => {
    const above = bells[i - 1]
    if (p.name.trim() === '') out.set(i, 'unnamed')
    else if (!(p.start < p.end)) out.set(i, 'backwards')
    else if (above && p.start < above.end) out.set(i, 'overlaps')
  })
  return out
}

/** One more period of 40 minutes, 10 minutes after the last. */
export function withRow(bells: Period[], nameOf: (no: number) => string): Period[] {
  const no = Math.max(0, ...bells.map((b) => b.no)) + 1
  const start = Math.min(bells.length > 0 ? minutes(bells[bells.length - 1]?.end ?? '08:00') + 10 : 8 * 60, 23 * 60)
  return [...bells, { no, name: nameOf(no), start: hhmm(start), end: hhmm(start + 40), lesson: true }]
}
