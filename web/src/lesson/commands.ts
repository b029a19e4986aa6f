// Sends a participant's commands; what the server refuses is shown for a while.

import { createContext, useContext } from 'react'
import type { LessonEvents } from '../live/events'
import { asProblem } from '../live/http'
import { Store } from '../live/store'
import type { Commands, CommandType, Problem } from '../live/wire'

const SHOWN_MS = 6000

export class Desk {
  readonly problem = new Store<Problem | null>(null)
  private readonly events: LessonEvents
  private timer: ReturnType<typeof setTimeout> | undefined

  constructor(events: LessonEvents) {
    this.events = events
  }

  send = async <T extends CommandType>(type: T, ...data: Commands[T] extends undefined ? [] : [data?: Commands[T]]): Promise<boolean> =>
    this.attempt(() => this.events.command(type, ...data))

  /** Runs any request of the page; tells whether it went well. */
  attempt = async (what: () => Promise<unknown>): Promise<boolean> => {
    try {
      await what()
      this.show(null)
      return true
    } catch (error) {
      this.show(asProblem(error))
      return false
    }
  }

  private show(problem: Problem | null): void {
    clearTimeout(this.timer)
    this.problem.set(problem)
    if (problem) this.timer = setTimeout(() => this.problem.set(null), SHOWN_MS)
  }
}

export interface Live {
  desk: Desk
  me: string
}

export const LiveContext = createContext<Live | null>(null)

export function useLive(): Live {
  const live = useContext(LiveContext)
  if (!live) throw new Error('outside of a live lesson')
  return live
}
