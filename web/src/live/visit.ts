// One visit to a lesson, from opening the page to its end: waits for the lesson, joins by itself when it is live, and holds the parts
// together (events, viewer, publishers). The page only shows what is told here.

import { Pause } from './backoff'
import { LessonEvents } from './events'
import { Grants } from './grants'
import { asProblem, passes, serverNow } from './http'
import { endLesson, joinLesson, readLesson, startLesson } from './lesson-api'
import type { Join, JoinAs, Lesson } from './lesson-api'
import { Pauses } from './pauses'
import { Reporter } from './report'
import { Store } from './store'
import { Viewer } from './whep'
import { Publisher } from './whip'
import type { Problem } from './wire'

export type VisitStep =
  | 'loading'
  /** An assistant says whether this is the classroom's screen. */
  | 'choosing'
  /** Before the lesson. */
  | 'waiting'
  | 'joining'
  | 'live'
  | 'ended'
  /** Cancelled or missed: it will not take place. */
  | 'off'
  /** It cannot be entered; problem says why. */
  | 'refused'

/** What exists once the lesson has been joined. */
export interface Presence {
  join: Join
  events: LessonEvents
  viewer: Viewer
  camera: Publisher | null
  screen: Publisher | null
  reporter: Reporter
  pauses: Pauses
}

export interface VisitState {
  step: VisitStep
  lesson: Lesson | null
  presence: Presence | null
  /** Why it was refused, or (while loading, waiting or joining) what is in the way just now. */
  problem: Problem | null
  as: JoinAs | null
}

// A planned lesson is looked at this often (ms): near its start more often, so that nobody misses the first sentence.
const FAR_MS = 10_000
const NEAR_MS = 1500
const NEAR_BEFORE_MS = 20 * 60_000
const AFTER_END_MS = 2000

/** Refusals that only say that the lesson is not live (any more). */
const OVER = ['not-live', 'already-ended', 'lesson-ended']

export class LessonVisit {
  readonly state: Store<VisitState>
  private readonly id: string
  private readonly pause = new Pause()
  private stopping = new AbortController()

  constructor(id: string, as: JoinAs | null) {
    this.id = id
    this.state = new Store<VisitState>({ step: 'loading', lesson: null, presence: null, problem: null, as })
  }

  start(): void {
    this.stopping = new AbortController()
    void this.run(this.stopping.signal)
  }

  /** Leaves the lesson; also right when the page is being closed. */
  stop(): void {
    this.stopping.abort()
    this.leave()
  }

  choose(as: JoinAs): void {
    this.state.patch({ as })
    this.pause.wake()
  }

  async startLesson(): Promise<void> {
    this.state.patch({ lesson: await startLesson(this.id) })
    this.pause.wake()
  }

  async endLesson(): Promise<void> {
    const lesson = await endLesson(this.id)
    this.leave()
    this.state.patch({ lesson, step: 'ended' })
  }

  private async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        const lesson = await readLesson(this.id, signal)
        if (signal.aborted) return
        this.state.patch({ lesson, problem: null })
        await this.follow(lesson, signal)
        if (this.state.get().step === 'refused') return
      } catch (error) {
        if (signal.aborted) return
        const problem = asProblem(error)
        // Between being read as live and being joined it may have ended: that is looked up again.
        if (!passes(problem) && !OVER.includes(problem.code)) return this.state.patch({ step: 'refused', problem })
        this.state.patch({ problem })
      }
      const wait = this.restMs()
      if (wait === null) return
      await this.pause.wait(wait, signal)
    }
  }

  /** Does what the lesson's state asks for; returns when there is a reason to look at the lesson again. */
  private async follow(lesson: Lesson, signal: AbortSignal): Promise<void> {
    if (lesson.state === 'ended') this.state.patch({ step: 'ended' })
    else if (lesson.state === 'cancelled' || lesson.state === 'missed') this.state.patch({ step: 'off' })
    else if (lesson.mine === 'assistant' && this.state.get().as === null) this.state.patch({ step: 'choosing' })
    else if (lesson.state === 'planned') this.state.patch({ step: 'waiting' })
    else await this.attend(signal)
  }

  /** null: nothing will change any more. */
  private restMs(): number | null {
    const { step, lesson } = this.state.get()
    if (step === 'off') return null
    if (step === 'ended') return afterEnd(lesson)
    if (!lesson) return NEAR_MS
    return Date.parse(lesson.start) - serverNow() > NEAR_BEFORE_MS ? FAR_MS : NEAR_MS
  }

  private async attend(signal: AbortSignal): Promise<void> {
    this.state.patch({ step: 'joining' })
    const as = this.state.get().as ?? 'person'
    const join = await joinLesson(this.id, as)
    if (signal.aborted) return
    const presence = this.enter(join, new Grants(join, () => joinLesson(this.id, as)))
    this.state.patch({ presence, step: 'live', lesson: join.lesson ?? this.state.get().lesson })
    await this.over(presence, signal)
    if (signal.aborted) return
    const problem = presence.events.state.get().problem
    this.leave()
    if (problem && !OVER.includes(problem.code)) this.state.patch({ step: 'refused', problem })
    else this.state.patch({ step: 'ended' })
  }

  private enter(join: Join, grants: Grants): Presence {
    const grant = (refused?: string) => grants.current(refused)
    const { iceServers } = join
    const viewer = new Viewer({ url: join.whep, grant, iceServers })
    const wsURL = new URL(join.events, location.href)
    wsURL.protocol = wsURL.protocol.replace('http', 'ws')
    const publisher = (kind: 'camera' | 'screen') => {
      const place = join.whip?.find((whip) => whip.source.startsWith('screen') === (kind === 'screen'))
      return place ? new Publisher(kind, { url: place.url, grant, iceServers }) : null
    }
    // The lecturer's cameras belong to the classroom agent; a browser sends a camera only for a room.
    const camera = join.role === 'lecturer' ? null : publisher('camera')
    const screen = publisher('screen')
    // A server that has forgotten the viewer was started anew: it has forgotten the publishers as well.
    const again = () => [viewer.link, camera, screen].forEach((line) => line?.again())
    const events = new LessonEvents({ url: wsURL.href, grant, sessionLost: again })
    events.state.subscribe(() => viewer.show(events.state.get().panes))
    viewer.link.state.subscribe(() => events.watch(viewer.link.state.get().session))
    const reporter = new Reporter({
      link: viewer.link,
      lecturerMid: () => viewer.state.get().video[0]?.mid ?? null,
      send: (report) => events.command('report', report),
    })
    events.start()
    viewer.start()
    reporter.start()
    const pauses = new Pauses(viewer, events)
    pauses.start()
    if (camera && join.role === 'room') void camera.start()
    return { join, events, viewer, camera, screen, reporter, pauses }
  }

  /** Resolves when the lesson is over for this visit. */
  private over({ events }: Presence, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        const { link, lesson } = events.state.get()
        if (link !== 'closed' && !lesson?.ended) return
        forget()
        resolve()
      }
      const forget = events.state.subscribe(look)
      signal.addEventListener('abort', () => resolve())
      look()
    })
  }

  private leave(): void {
    const { presence } = this.state.get()
    if (!presence) return
    presence.reporter.stop()
    presence.pauses.stop()
    presence.camera?.stop()
    presence.screen?.stop()
    presence.viewer.stop()
    presence.events.stop()
    this.state.patch({ presence: null })
  }
}

function afterEnd(lesson: Lesson | null): number | null {
  const recording = lesson?.recording?.state
  if (recording === 'stored' || recording === 'failed') return null
  return recording ? AFTER_END_MS : FAR_MS
}
