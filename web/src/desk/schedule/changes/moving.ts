import type { LessonTime } from '../../../api/model'
import { minutes } from '../../../ui/time'
import type { Span } from '../grid'

/** What a candidate is for the lesson that is being moved. */
export type Verdict = 'here' | 'free' | 'taken' | 'past'

export function verdictOf(t: LessonTime, start: string): Verdict {
  if (Date.parse(t.start) === Date.parse(start)) return 'here'
  if (t.past) return 'past'
  return t.free ? 'free' : 'taken'
}

export const spanOfTime = (t: LessonTime): Span => ({ start: minutes(t.start), end: minutes(t.end) })

/** The candidate that a pointer means: that of the day whose middle is nearest, at most `reach` minutes away. */
export function nearest(times: LessonTime[], date: string, minute: number, reach = 45): LessonTime | undefined {
  const far = (t: LessonTime) => Math.abs((spanOfTime(t).start + spanOfTime(t).end) / 2 - minute)
  return times.filter((t) => t.date === date && !t.past && far(t) <= reach).sort((a, b) => far(a) - far(b))[0]
}

/** Of times with the same start and end only one can be pointed at: a free one where there is one. */
export function distinct(times: LessonTime[]): LessonTime[] {
  const by = new Map<string, LessonTime>()
  for (const t of times) {
    const key = `${t.start} ${t.end}`
    const there = by.get(key)
    if (!there || (!there.free && t.free)) by.set(key, t)
  }
  return [...by.values()]
}
