// Tells the server every ten seconds what the viewer saw: the quality record of the lesson. Counters in, whole numbers out; the Reporter only keeps time.

import type { PeerLink } from './peerlink'
import type { Report } from './wire'

/** Counters of one connection at one moment. They begin at 0 with the connection. */
export interface Seen {
  /** ms */
  at: number
  /** Of the lecturer's pane. */
  freezes: number
  frozenSecs: number
  decoded: number
  dropped: number
  /** Seconds that pictures waited in the jitter buffer, all together, and how many did. */
  waitedSecs: number
  waited: number
  /** Of all voices: samples of 48 kHz that were made up and could be heard. */
  concealed: number
}

interface Inbound {
  type: string
  kind?: string
  mid?: string
  freezeCount?: number
  totalFreezesDuration?: number
  framesDecoded?: number
  framesDropped?: number
  jitterBufferDelay?: number
  jitterBufferEmittedCount?: number
  concealedSamples?: number
  silentConcealedSamples?: number
}

export function nothingSeen(at: number): Seen {
  return { at, freezes: 0, frozenSecs: 0, decoded: 0, dropped: 0, waitedSecs: 0, waited: 0, concealed: 0 }
}

export function seen(report: Iterable<Inbound>, lecturerMid: string | null, at: number): Seen {
  const sum = nothingSeen(at)
  for (const s of report) {
    if (s.type !== 'inbound-rtp') continue
    if (s.kind === 'audio') sum.concealed += (s.concealedSamples ?? 0) - (s.silentConcealedSamples ?? 0)
    else if (s.mid === lecturerMid) {
      sum.freezes += s.freezeCount ?? 0
      sum.frozenSecs += s.totalFreezesDuration ?? 0
      sum.decoded += s.framesDecoded ?? 0
      sum.dropped += s.framesDropped ?? 0
      sum.waitedSecs += s.jitterBufferDelay ?? 0
      sum.waited += s.jitterBufferEmittedCount ?? 0
    }
  }
  return sum
}

// The server takes no report of a longer time: after a sleep of the PC the count begins anew.
const LONGEST_MS = 60_000

/** What was seen in between; null where that is no report. */
export function reportOf(session: string, before: Seen, now: Seen): Report | null {
  const ms = Math.round(now.at - before.at)
  if (ms < 1 || ms > LONGEST_MS) return null
  const more = (key: keyof Seen) => Math.max(0, now[key] - before[key])
  return {
    session,
    ms,
    freezes: more('freezes'),
    frozenMs: Math.round(more('frozenSecs') * 1000),
    decoded: more('decoded'),
    dropped: more('dropped'),
    concealedMs: Math.round(more('concealed') / 48),
    bufferMs: more('waited') > 0 ? Math.round((more('waitedSecs') / more('waited')) * 1000) : 0,
  }
}

export interface ReporterOptions {
  link: PeerLink
  lecturerMid: () => string | null
  send: (report: Report) => Promise<unknown>
  now?: () => number
}

const REPORT_EVERY_MS = 10_000

export class Reporter {
  private readonly options: ReporterOptions
  private readonly now: () => number
  private before: Seen | null = null
  private session = ''
  private ticking: ReturnType<typeof setInterval> | undefined
  private forget: (() => void) | undefined

  constructor(options: ReporterOptions) {
    this.options = options
    this.now = options.now ?? (() => performance.now())
  }

  start(): void {
    this.ticking ??= setInterval(() => void this.tell(), REPORT_EVERY_MS)
    this.forget ??= this.options.link.state.subscribe(this.begin)
    this.begin()
  }

  stop(): void {
    clearInterval(this.ticking)
    this.forget?.()
  }

  /** A new connection counts from nothing. */
  private begin = (): void => {
    const { phase, session } = this.options.link.state.get()
    if (phase !== 'up' || session === this.session) return
    this.session = session
    this.before = nothingSeen(this.now())
  }

  private async tell(): Promise<void> {
    const { link, lecturerMid, send } = this.options
    const { session, connection: pc } = { session: this.session, connection: link.connection }
    if (!pc || link.state.get().phase !== 'up') return
    const entries: Inbound[] = []
    ;(await pc.getStats()).forEach((entry) => entries.push(entry as Inbound))
    if (session !== this.session || !this.before) return // another connection meanwhile
    const now = seen(entries, lecturerMid(), this.now())
    const report = reportOf(session, this.before, now)
    this.before = now
    // A report that is lost leaves a gap in the record, nothing more; the page has better things to tell.
    if (report) await send(report).catch(() => undefined)
  }
}
