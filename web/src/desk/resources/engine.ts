import Hls, { type ErrorData } from 'hls.js'
import type { Problem } from '../../app/problems'

// The full hls.js, not hls.light: the voice is a playlist of its own (one for all picture sizes), which the light one does not play.

export interface Quality {
  index: number
  height: number
}

export interface Engine {
  qualities: Quality[]
  /** What was chosen; -1 leaves it to the line. */
  chosen: number
  /** Height of the picture that plays now, 0 unknown. */
  height: number
  problem: Problem | null
}

export const idle: Engine = { qualities: [], chosen: -1, height: 0, problem: null }

/** Plays an HLS recording in a video element; where a browser has no Media Source Extensions (iPhone), the browser's own player does. */
export class Playback {
  private state = idle
  private readonly listeners = new Set<() => void>()
  private readonly hls: Hls | null
  private readonly renew: () => Promise<unknown>
  private renewals = 0
  private repairs = 0

  constructor(video: HTMLVideoElement, address: string, renew: () => Promise<unknown>) {
    this.renew = renew
    if (!Hls.isSupported()) {
      this.hls = null
      video.src = address
      video.onerror = () => this.set({ problem: { status: 0, code: 'media-broken' } })
      return
    }
    const hls = new Hls({ capLevelToPlayerSize: true, maxBufferLength: 60 })
    this.hls = hls
    hls.on(Hls.Events.MANIFEST_PARSED, () => this.set({ qualities: qualitiesOf(hls.levels), problem: null }))
    hls.on(Hls.Events.LEVEL_SWITCHED, (_e, { level }) => this.set({ height: hls.levels[level]?.height ?? 0 }))
    hls.on(Hls.Events.FRAG_BUFFERED, () => this.state.problem && this.set({ problem: null }))
    hls.on(Hls.Events.ERROR, (_e, data) => void this.onError(data))
    hls.loadSource(address)
    hls.attachMedia(video)
  }

  subscribe = (f: () => void) => {
    this.listeners.add(f)
    return () => this.listeners.delete(f)
  }

  snapshot = () => this.state

  choose(index: number): void {
    if (this.hls) this.hls.nextLevel = index
    this.set({ chosen: index })
  }

  /** Another try after a problem, by a person's hand. */
  retry(): void {
    this.renewals = this.repairs = 0
    this.set({ problem: null })
    void this.renewAndLoad()
  }

  close(): void {
    this.hls?.destroy()
    this.listeners.clear()
  }

  private async onError(data: ErrorData): Promise<void> {
    if (!data.fatal || !this.hls) return
    const status = data.response?.code ?? 0
    if (data.type === Hls.ErrorTypes.MEDIA_ERROR && this.repairs++ < 2) return this.hls.recoverMediaError()
    if (data.type !== Hls.ErrorTypes.NETWORK_ERROR) return this.set({ problem: { status: 0, code: 'media-broken', detail: data.details } })
    // The permission to watch lasts some hours: it is asked for again before anybody is told.
    if ((status === 401 || status === 403) && this.renewals++ < 1) return this.renewAndLoad()
    this.set({ problem: { status, code: status === 404 ? 'media-missing' : status === 0 ? 'offline' : `http-${status}` } })
  }

  private async renewAndLoad(): Promise<void> {
    try {
      await this.renew()
    } catch {
      // The load below fails with the same cause and tells it.
    }
    if (!this.hls) return
    if (this.hls.levels.length === 0 && this.hls.url) this.hls.loadSource(this.hls.url)
    else this.hls.startLoad()
  }

  private set(change: Partial<Engine>): void {
    this.state = { ...this.state, ...change }
    for (const f of this.listeners) f()
  }
}

function qualitiesOf(levels: { height: number }[]): Quality[] {
  return levels.map(({ height }, index) => ({ index, height })).sort((a, b) => b.height - a.height)
}
