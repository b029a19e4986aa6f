import type { Lesson } from '../api/model'
import type { Tone } from '../ui/parts'

/** What a lesson looks like on the desk. `soon` is planned and begins within a quarter of an hour. */
export type Look = 'live' | 'soon' | 'planned' | 'ended' | 'cancelled' | 'missed'

const SOON_MS = 15 * 60_000

export function lookOf(lesson: Pick<Lesson, 'state' | 'start'>, now: number): Look {
  if (lesson.state !== 'planned') return lesson.state
  return Date.parse(lesson.start) - now <= SOON_MS ? 'soon' : 'planned'
}

export const toneOf: Record<Look, Tone> = { live: 'live', soon: 'warn', planned: 'info', ended: 'calm', cancelled: 'bad', missed: 'warn' }

/** The one thing a person most likely wants to do with a lesson now; '' nothing. */
export type Act = 'enter' | 'start' | 'wait' | 'replay' | 'recording' | ''

export function actOf(lesson: Lesson, now: number): Act {
  const look = lookOf(lesson, now)
  if (look === 'live') return lesson.canJoin ? 'enter' : ''
  if (lesson.canStart) return 'start'
  if (look === 'soon') return lesson.mine ? 'wait' : ''
  if (look === 'ended' && lesson.recording) return lesson.recording.state === 'stored' ? 'replay' : 'recording'
  return ''
}

const order: Record<Look, number> = { live: 0, soon: 1, planned: 2, ended: 3, missed: 4, cancelled: 5 }

/** On air first, then what comes, then what was. */
export function byUrgency(lessons: Lesson[], now: number): Lesson[] {
  return [...lessons].sort((a, b) => order[lookOf(a, now)] - order[lookOf(b, now)] || a.start.localeCompare(b.start))
}
