// The participant's WebSocket: state and events come down, commands go up. It comes back by itself with ?after=SEQ, so that nothing of the
// lesson is missed, and tells a dead line by asking for the panes again.

import { Pause, backoff, onLineBack } from './backoff'
import { asProblem, passes, Refusal } from './http'
import { apply, normalise } from './reducer'
import { Store } from './store'
import type { CommandType, Commands, Down, LessonState, Panes, Problem, School } from './wire'

export type EventsLink = 'idle' | 'connecting' | 'open' | 'waiting' | 'closed'

export interface EventsState {
  link: EventsLink
  /** Tries since the line was last open. */
  attempt: number
  lesson: LessonState | null
  panes: Panes | null
  /** Ids of the sources that speak now and are heard. */
  speaking: readonly string[]
  /** Whose contract is or was too small, since the connection stands. */
  schools: School[]
  /** Why it has stopped for good. */
  problem: Problem | null
}

export interface EventsOptions {
  /** Absolute ws: or wss: address without ?after. */
  url: string
  /** The grant to use; refused is one that did not open a connection. */
  grant: (refused?: string) => Promise<string>
  /** The server does not know the viewer session that is watched: it was restarted. */
  sessionLost?: (session: string) => void
  random?: () => number
}

const ANSWER_WITHIN_MS = 8000
const ASK_AFTER_QUIET_MS = 15_000
const DEAD_AFTER_MS = 7000

interface Waiting {
  resolve: (seq: number) => void
  reject: (error: Refusal) => void
  timer: ReturnType<typeof setTimeout>
}

export class LessonEvents {
  readonly state = new Store<EventsState>({ link: 'idle', attempt: 0, lesson: null, panes: null, speaking: [], schools: [], problem: null })
  private readonly options: EventsOptions
  private readonly waiting = new Map<string, Waiting>()
  private readonly pause = new Pause()
  private socket: WebSocket | null = null
  private watched = ''
  private nextRef = 1
  private heardAt = 0
  private stopping: AbortController | null = null

  constructor(options: EventsOptions) {
    this.options = options
  }

  start(): void {
    if (this.stopping) return
    this.stopping = new AbortController()
    const forget = onLineBack(this.pause.wake)
    void this.run(this.stopping.signal).finally(forget)
  }

  stop(): void {
    this.stopping?.abort()
    this.socket?.close(1000)
    this.state.patch({ link: 'closed' })
  }

  /** Resolves with the number of the event that the command became; rejects with a Refusal. It is never kept for later: an old hand is no hand. */
  command<T extends CommandType>(type: T, ...[data]: Commands[T] extends undefined ? [] : [data?: Commands[T]]): Promise<number> {
    const socket = this.socket
    if (!socket || socket.readyState !== WebSocket.OPEN) return Promise.reject(new Refusal({ status: 0, code: 'offline' }))
    const ref = String(this.nextRef++)
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.settle(ref, { status: 0, code: 'no-answer' }), ANSWER_WITHIN_MS)
      this.waiting.set(ref, { resolve, reject, timer })
      socket.send(JSON.stringify({ ref, type, data }))
    })
  }

  /** Asks for the panes of this viewer session, now and after every reconnect. '' ends it. */
  watch(session: string): void {
    if (session === this.watched) return
    this.watched = session
    this.state.patch({ panes: null })
    if (session && this.state.get().link === 'open') this.askForPanes()
  }

  private async run(signal: AbortSignal): Promise<void> {
    let refused: string | undefined
    while (!signal.aborted) {
      const attempt = this.state.get().attempt
      try {
        const grant = await this.options.grant(refused)
        if (signal.aborted) return
        refused = (await this.connection(grant, signal)) ? undefined : grant
      } catch (error) {
        const problem = asProblem(error)
        if (!passes(problem)) return this.state.patch({ link: 'closed', problem })
      }
      if (this.state.get().lesson?.ended) return this.state.patch({ link: 'closed' })
      if (signal.aborted) return
      this.state.patch({ link: 'waiting', attempt: attempt + 1 })
      await this.pause.wait(backoff(attempt, this.options.random), signal)
    }
  }

  /** One connection from first to last; tells whether it was ever open. A WebSocket does not say why it was refused. */
  private connection(grant: string, signal: AbortSignal): Promise<boolean> {
    this.state.patch({ link: 'connecting' })
    const url = new URL(this.options.url)
    const known = this.state.get().lesson
    if (known) url.searchParams.set('after', String(known.seq))
    const socket = new WebSocket(url, ['tongtang.events', `grant.${grant}`])
    this.socket = socket
    let opened = false
    let beat: ReturnType<typeof setInterval> | undefined
    const slow = setTimeout(() => socket.close(), ANSWER_WITHIN_MS)
    const abort = () => socket.close()
    signal.addEventListener('abort', abort)
    return new Promise((resolve) => {
      socket.onopen = () => {
        opened = true
        clearTimeout(slow)
        this.heardAt = Date.now()
        this.state.patch({ link: 'open', attempt: 0, schools: [] })
        if (this.watched) this.askForPanes()
        beat = setInterval(() => this.listen(), 1000)
      }
      socket.onmessage = (message) => {
        this.heardAt = Date.now()
        this.take(JSON.parse(String(message.data)) as Down)
      }
      socket.onclose = () => {
        clearTimeout(slow)
        clearInterval(beat)
        signal.removeEventListener('abort', abort)
        if (this.socket === socket) this.socket = null
        this.state.patch({ speaking: [] })
        for (const ref of [...this.waiting.keys()]) this.settle(ref, { status: 0, code: 'offline' })
        resolve(opened)
      }
    })
  }

  /** A line that went dead without a word: quiet for long, asked, and no answer. */
  private listen(): void {
    const quiet = Date.now() - this.heardAt
    if (quiet > ASK_AFTER_QUIET_MS + DEAD_AFTER_MS) this.socket?.close()
    else if (quiet > ASK_AFTER_QUIET_MS && quiet <= ASK_AFTER_QUIET_MS + 1000) this.askForPanes()
  }

  private askForPanes(): void {
    const session = this.watched
    this.command('watch', { session }).catch((error: unknown) => {
      const problem = asProblem(error)
      if (problem.status === 404 && session && session === this.watched) this.options.sessionLost?.(session)
    })
  }

  private take(down: Down): void {
    if (down.type === 'accepted') this.settle(down.ref ?? '', null, down.seq ?? 0)
    else if (down.type === 'refused') this.settle(down.ref ?? '', down.problem ?? { status: 400, code: 'refused' })
    else if (down.type === 'state' && down.state) this.state.patch({ lesson: normalise(down.state) })
    else if (down.type === 'panes' && down.panes) this.showPanes(down.panes)
    else if (down.type === 'speaking' && down.speaking) this.state.patch({ speaking: down.speaking.sources })
    else if (down.type === 'event' && down.event) this.follow(down.event)
    else if (down.type === 'school' && down.school) this.hearOf(down.school)
  }

  private showPanes(panes: Panes): void {
    if (panes.session === this.watched) this.state.patch({ panes: { ...panes, video: panes.video ?? [], audio: panes.audio ?? [] } })
  }

  private hearOf(school: School): void {
    this.state.patch({ schools: [...this.state.get().schools.filter((known) => known.id !== school.id), school] })
  }

  private follow(event: NonNullable<Down['event']>): void {
    const known = this.state.get().lesson
    if (!known || event.seq > known.seq + 1) {
      // Something is missing: begin again with the whole state.
      this.state.patch({ lesson: null })
      this.socket?.close()
    } else if (event.seq === known.seq + 1) {
      this.state.patch({ lesson: apply(known, event) })
    }
  }

  private settle(ref: string, problem: Problem | null, seq = 0): void {
    const waiting = this.waiting.get(ref)
    if (!waiting) return
    this.waiting.delete(ref)
    clearTimeout(waiting.timer)
    if (problem) waiting.reject(new Refusal(problem))
    else waiting.resolve(seq)
  }
}
