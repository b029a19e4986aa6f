// A WHIP or WHEP session that holds itself up: loss is noticed and it connects again, with backoff, until it is stopped. The old connection
// stays until the new one carries media, so that the last picture stands still instead of going black.

import { Pause, backoff, onLineBack } from './backoff'
import { asProblem, passes, Refusal } from './http'
import { PeerSession } from './peersession'
import { Store } from './store'
import type { Problem } from './wire'

export type LinkPhase = 'idle' | 'connecting' | 'up' | 'lost' | 'stopped' | 'refused'

export interface LinkState {
  phase: LinkPhase
  /** Last part of the session's address, '' while there is none. */
  session: string
  /** Tries since it was last up. */
  attempt: number
  /** Why it was refused, or why the last try failed. */
  problem: Problem | null
}

export interface PeerLinkOptions {
  url: string
  grant: (refused?: string) => Promise<string>
  iceServers?: RTCIceServer[]
  /** Adds the transceivers to a new connection. */
  prepare: (pc: RTCPeerConnection) => void
  /** The new connection carries media; the old one is closed after this. */
  up?: (pc: RTCPeerConnection) => void
}

const CONNECT_WITHIN_MS = 10_000
// "disconnected" heals by itself or by an ICE restart within this time, or the session is given up.
const HEAL_MS = 3500

export class PeerLink {
  readonly state = new Store<LinkState>({ phase: 'idle', session: '', attempt: 0, problem: null })
  private readonly options: PeerLinkOptions
  private readonly pause = new Pause()
  private stopping: AbortController | null = null
  private drop: (() => void) | null = null
  private current: PeerSession | null = null
  private iceServers: RTCIceServer[]

  constructor(options: PeerLinkOptions) {
    this.options = options
    this.iceServers = options.iceServers ?? []
  }

  get connection(): RTCPeerConnection | null {
    return this.current?.pc ?? null
  }

  start(): void {
    if (this.stopping) return
    this.stopping = new AbortController()
    const forget = onLineBack(this.pause.wake)
    void this.run(this.stopping.signal).finally(forget)
  }

  /** Ends the session at the server too, even when the page is being closed. */
  stop(): void {
    this.stopping?.abort()
    this.end('stopped', null)
  }

  /** Somebody knows that the session is dead: connect again at once. */
  again(): void {
    this.pause.wake()
    this.drop?.()
  }

  private async run(signal: AbortSignal): Promise<void> {
    let refused: string | undefined
    while (!signal.aborted) {
      const { attempt } = this.state.get()
      let grant: string | undefined
      try {
        grant = await this.options.grant(refused)
        await this.hold(grant, signal)
        refused = undefined
      } catch (error) {
        if (signal.aborted) return
        const problem = asProblem(error)
        const stale = problem.status === 401 && grant !== undefined && refused === undefined
        if (!stale && !passes(problem) && problem.code !== 'lesson-unknown') return this.end('refused', problem)
        refused = stale ? grant : undefined
        this.state.patch({ problem })
      }
      if (signal.aborted) return
      this.state.patch({ phase: 'lost', attempt: attempt + 1 })
      await this.pause.wait(backoff(attempt), signal)
    }
  }

  /** One session from the offer until it is lost. */
  private async hold(grant: string, signal: AbortSignal): Promise<void> {
    const pc = new RTCPeerConnection({ iceServers: this.iceServers, bundlePolicy: 'max-bundle' })
    const session = new PeerSession(pc, grant)
    try {
      this.state.patch({ phase: this.current ? 'lost' : 'connecting' })
      this.options.prepare(pc)
      await session.open(this.options.url, signal)
      if (session.iceServers.length > 0) this.iceServers = session.iceServers
      this.state.patch({ session: session.id })
      await connected(pc, signal)
    } catch (error) {
      session.close()
      throw error
    }
    const old = this.current
    this.current = session
    this.options.up?.(pc)
    old?.close()
    this.state.patch({ phase: 'up', attempt: 0, problem: null })
    await this.lost(session, signal)
  }

  private lost(session: PeerSession, signal: AbortSignal): Promise<void> {
    const { pc } = session
    return new Promise((resolve) => {
      let healing: ReturnType<typeof setTimeout> | undefined
      const done = () => {
        clearTimeout(healing)
        pc.removeEventListener('connectionstatechange', look)
        signal.removeEventListener('abort', done)
        this.drop = null
        resolve()
      }
      const look = () => {
        clearTimeout(healing)
        if (pc.connectionState === 'failed' || pc.connectionState === 'closed') done()
        else if (pc.connectionState === 'connected') this.state.patch({ phase: 'up' })
        else if (pc.connectionState === 'disconnected') {
          this.state.patch({ phase: 'lost' })
          healing = setTimeout(done, HEAL_MS)
          session.restart().catch(done)
        }
      }
      pc.addEventListener('connectionstatechange', look)
      signal.addEventListener('abort', done)
      this.drop = done
      look()
    })
  }

  private end(phase: 'stopped' | 'refused', problem: Problem | null): void {
    this.drop?.()
    this.current?.close()
    this.current = null
    this.state.patch({ phase, session: '', problem })
  }
}

function connected(pc: RTCPeerConnection, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (error?: Refusal) => {
      clearTimeout(timer)
      pc.removeEventListener('connectionstatechange', look)
      signal.removeEventListener('abort', abort)
      if (error) reject(error)
      else resolve()
    }
    const look = () => {
      if (pc.connectionState === 'connected') end()
      else if (pc.connectionState === 'failed') end(new Refusal({ status: 0, code: 'no-media-path' }))
    }
    const abort = () => end(new Refusal({ status: 0, code: 'stopped' }))
    const timer = setTimeout(() => end(new Refusal({ status: 0, code: 'no-media-path' })), CONNECT_WITHIN_MS)
    pc.addEventListener('connectionstatechange', look)
    signal.addEventListener('abort', abort)
    look()
  })
}
