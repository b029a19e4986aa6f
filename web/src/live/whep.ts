// The viewer: one connection with a fixed set of receive-only m-lines. Its streams live as long as the page: after a reconnect the new tracks are
// put into the same streams, so that a picture stands still until the next one comes.

import { preferOn } from './codecs'
import { Cushion } from './cushion'
import { AUDIO_PANES, GUESTS, emptyPanes, videoPaneNames, withSources } from './panes'
import type { AudioPaneName, PaneState, VideoPaneName } from './panes'
import { PeerLink } from './peerlink'
import type { PeerLinkOptions } from './peerlink'
import { SteadyWord, between, judge } from './quality'
import type { Counters, Figures, Quality } from './quality'
import { readStats } from './stats'
import type { Route } from './stats'
import { Store } from './store'
import type { Panes } from './wire'

export interface ViewerState {
  video: PaneState<VideoPaneName>[]
  audio: PaneState<AudioPaneName>[]
  quality: Quality
  route: Route
  /** Counts the connections; 0 before the first. */
  round: number
}

export interface ViewerOptions extends Pick<PeerLinkOptions, 'url' | 'grant' | 'iceServers'> {
  guests?: number
}

const STATS_EVERY_MS = 2000

export class Viewer {
  readonly state: Store<ViewerState>
  readonly link: PeerLink
  /** Changes every 2 s; only an open details panel should listen. */
  readonly figures = new Store<Figures | null>(null)
  private readonly streams = new Map<VideoPaneName | AudioPaneName, MediaStream>()
  private ticking: ReturnType<typeof setInterval> | undefined
  private before: Counters | null = null
  private steady = new SteadyWord()
  private said: Panes | null = null
  private readonly cushion = new Cushion() // of the line, not of one connection

  constructor(options: ViewerOptions) {
    const names = videoPaneNames(options.guests ?? GUESTS)
    this.state = new Store<ViewerState>({ video: emptyPanes(names), audio: emptyPanes(AUDIO_PANES), quality: 'good', route: 'direct', round: 0 })
    for (const name of [...names, ...AUDIO_PANES]) this.streams.set(name, new MediaStream())
    this.link = new PeerLink({ ...options, prepare: this.prepare, up: this.up })
    this.link.state.subscribe(() => {
      if (this.link.state.get().phase !== 'up') this.lineGone()
      else if (!this.before) void this.measure() // what comes from now on counts
    })
  }

  start(): void {
    this.link.start()
    this.ticking ??= setInterval(() => void this.measure(), STATS_EVERY_MS)
  }

  stop(): void {
    clearInterval(this.ticking)
    this.link.stop()
  }

  stream(name: VideoPaneName | AudioPaneName): MediaStream {
    const stream = this.streams.get(name)
    if (!stream) throw new Error(`no pane ${name}`)
    return stream
  }

  /** What the server says that the panes show. */
  show(panes: Panes | null): void {
    if (!panes) return
    this.said = panes
    const { video, audio } = this.state.get()
    this.state.patch({ video: withSources(video, panes.video), audio: withSources(audio, panes.audio) })
  }

  private prepare = (pc: RTCPeerConnection): void => {
    const { video, audio } = this.state.get()
    for (const _ of video) preferOn(pc.addTransceiver('video', { direction: 'recvonly' }), 'receive')
    for (const _ of audio) pc.addTransceiver('audio', { direction: 'recvonly' })
  }

  private up = (pc: RTCPeerConnection): void => {
    const of = (kind: string) => pc.getTransceivers().filter((t) => t.receiver.track.kind === kind)
    const fill = <Name extends VideoPaneName | AudioPaneName>(panes: PaneState<Name>[], kind: string) =>
      of(kind).map((transceiver, i) => {
        const pane = panes[i] as PaneState<Name>
        const stream = this.stream(pane.name)
        for (const old of stream.getTracks()) stream.removeTrack(old)
        stream.addTrack(transceiver.receiver.track)
        return { ...pane, mid: transceiver.mid }
      })
    const { video, audio, round } = this.state.get()
    this.before = null
    this.steady = new SteadyWord()
    this.state.patch({ video: fill(video, 'video'), audio: fill(audio, 'audio'), quality: 'good', round: round + 1 })
    this.show(this.said)
    this.buffer(this.cushion.wait)
  }

  private lineGone(): void {
    this.figures.set(null)
    const { phase } = this.link.state.get()
    if (phase === 'lost' || phase === 'refused') this.state.patch({ quality: 'gone' })
  }

  private async measure(): Promise<void> {
    const pc = this.link.connection
    if (!pc || this.link.state.get().phase !== 'up') return
    const lecturer = this.state.get().video[0]
    const { counters: now, route } = await readStats(pc, lecturer?.mid ?? null)
    this.state.patch({ route })
    const before = this.before
    this.before = now
    if (!before) return
    const figures = between(before, now)
    this.figures.set(figures)
    const quality = this.steady.next(judge(figures, Boolean(lecturer?.source) && lecturer?.reason === ''))
    this.buffer(this.cushion.next(figures))
    this.state.patch({ quality })
  }

  private buffer(ms: number): void {
    for (const receiver of this.link.connection?.getReceivers() ?? []) {
      if ('jitterBufferTarget' in receiver && receiver.jitterBufferTarget !== ms) receiver.jitterBufferTarget = ms
    }
  }
}
