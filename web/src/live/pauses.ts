// Tells the server which panes nobody looks at, so that nothing is sent on them: all while the page is in the background, and those that are
// scrolled away or folded. Voices go on.

import type { LessonEvents } from './events'
import type { VideoPaneName } from './panes'
import type { Viewer } from './whep'

/** A pane is paused only after so long (ms): who looks at another tab for a moment comes back to a picture. It is shown again at once. */
export const PAUSE_AFTER_MS = 3000

export class Pauses {
  private readonly viewer: Viewer
  private readonly events: LessonEvents
  private readonly unseen = new Set<VideoPaneName>()
  private readonly forget: (() => void)[] = []
  private timer: ReturnType<typeof setTimeout> | undefined
  /** What the server was last told. */
  private session = ''
  private paused: string[] = []

  constructor(viewer: Viewer, events: LessonEvents) {
    this.viewer = viewer
    this.events = events
  }

  start(): void {
    document.addEventListener('visibilitychange', this.look)
    this.forget.push(
      () => document.removeEventListener('visibilitychange', this.look),
      this.viewer.state.subscribe(this.look),
      this.viewer.link.state.subscribe(this.look),
      this.events.state.subscribe(this.look),
    )
  }

  stop(): void {
    clearTimeout(this.timer)
    this.timer = undefined
    for (const forget of this.forget.splice(0)) forget()
  }

  /** Says whether a pane can be seen on the page. */
  see = (name: VideoPaneName, seen: boolean): void => {
    if (seen) this.unseen.delete(name)
    else this.unseen.add(name)
    this.look()
  }

  /** The panes that have a picture and are not seen. */
  private mids(): string[] {
    const panes = this.viewer.state.get().video
    return panes.flatMap(({ name, mid, source }) => (mid !== null && source !== '' && (document.hidden || this.unseen.has(name)) ? [mid] : []))
  }

  private look = (): void => {
    const { session } = this.viewer.link.state.get()
    if (!session || this.events.state.get().link !== 'open') return
    if (session !== this.session) {
      this.session = session
      this.paused = []
    }
    const mids = this.mids()
    const still = this.paused.filter((mid) => mids.includes(mid))
    if (still.length < this.paused.length) this.tell(still)
    if (mids.length === still.length) {
      clearTimeout(this.timer)
      this.timer = undefined
    } else {
      this.timer ??= setTimeout(this.pauseMore, PAUSE_AFTER_MS)
    }
  }

  private pauseMore = (): void => {
    this.timer = undefined
    const mids = this.mids()
    if (this.events.state.get().link === 'open' && mids.length > 0) this.tell(mids)
  }

  private tell(mids: string[]): void {
    const { session } = this
    this.paused = mids
    this.events.command('pane.pause', { session, mids }).catch(() => {
      if (this.session === session) this.paused = []
    })
  }
}
