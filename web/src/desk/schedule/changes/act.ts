import { makeUpLesson, moveLesson, substituteLesson } from '../../../api/lessons'
import type { Lesson, LessonTime, Move, Solution } from '../../../api/model'

type When = Pick<Move, 'date' | 'periods' | 'start' | 'end'>

/** A time that the schools have in common, as the server takes it. */
export const whenOf = (t: Pick<LessonTime, 'date' | 'periods'>): When => ({ date: t.date, periods: Object.fromEntries(t.periods.map((p) => [p.school, p.no])) })

/** The time that a lesson has: what undoing a move goes back to. */
export function whenNow(l: Lesson, day: string): When {
  const inPeriods = l.rooms.flatMap((r) => (r.period ? [[r.school, r.period.no] as const] : []))
  return inPeriods.length === l.rooms.length ? { date: day, periods: Object.fromEntries(inPeriods) } : { start: l.start, end: l.end }
}

/** With what the server offered: another time instead, or other means at the time that was wanted. */
const solved = (when: When, s?: Solution): When & Pick<Move, 'swaps'> =>
  s?.date && s.periods ? whenOf({ date: s.date, periods: s.periods }) : { ...when, swaps: s?.swaps }

export const move = (l: Lesson, when: When, reason: string, s?: Solution) => moveLesson(l, { ...solved(when, s), reason })
export const makeUp = (l: Lesson, when: When, reason: string, s?: Solution) => makeUpLesson(l, { ...solved(when, s), reason })
export const substitute = (l: Lesson, lecturer: string, reason: string, s?: Solution) =>
  s?.date && s.periods ? moveLesson(l, { ...whenOf({ date: s.date, periods: s.periods }), reason }) : substituteLesson(l, { lecturer, reason, swaps: s?.swaps })
