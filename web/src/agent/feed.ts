// The agent's state as it changes. EventSource comes back by itself; while the agent is not running, the page says so.

import { Store } from '../live/store'
import { share } from './share'
import type { AgentState } from './state'

export interface Feed {
  /** null: nothing has come yet. */
  state: AgentState | null
  /** The program does not answer. */
  away: boolean
}

export class AgentFeed {
  readonly feed = new Store<Feed>({ state: null, away: false })
  private source: EventSource | null = null
  private retry: ReturnType<typeof setTimeout> | undefined

  start(): void {
    this.source = new EventSource('/local/events')
    this.source.onmessage = (message) => this.take(JSON.parse(String(message.data)) as AgentState)
    this.source.onerror = () => this.lost()
  }

  stop(): void {
    clearTimeout(this.retry)
    this.source?.close()
    this.source = null
  }

  /** An answer to start or stop is a state too, and comes before the next event. */
  take(state: AgentState): void {
    this.feed.set({ state: share(this.feed.get().state, state), away: false })
  }

  private lost(): void {
    this.feed.patch({ away: true })
    // After an answer that is no event stream the browser gives up: then it is our turn.
    if (this.source?.readyState !== EventSource.CLOSED) return
    this.stop()
    this.retry = setTimeout(() => this.start(), 2000)
  }
}
