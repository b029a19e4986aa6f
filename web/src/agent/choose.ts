// Which lesson the one big button is about. Pure.

import type { AgentLesson, AgentState } from './state'

/** The lesson on air, else the one that can be started now, else the next one of today. */
export function chosenLesson(state: Pick<AgentState, 'lessons' | 'onAir'>, now: number): AgentLesson | null {
  const { lessons, onAir } = state
  const find = (fits: (lesson: AgentLesson) => boolean) => lessons.find(fits) ?? null
  return (
    find((l) => l.id === onAir?.lesson) ??
    find((l) => l.state === 'live') ??
    find((l) => l.canStart) ??
    find((l) => l.state === 'planned' && Date.parse(l.end) > now)
  )
}

export interface TimeLeft {
  /** Until it starts, until it ends, or how long it is over its time. */
  what: 'starts' | 'ends' | 'over'
  ms: number
}

export function timeLeft(lesson: AgentLesson, now: number): TimeLeft {
  const [start, end] = [Date.parse(lesson.start), Date.parse(lesson.end)]
  if (now < start && lesson.state !== 'live') return { what: 'starts', ms: start - now }
  return now < end ? { what: 'ends', ms: end - now } : { what: 'over', ms: now - end }
}
