import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { LessonEvents } from './events'
import { PAUSE_AFTER_MS, Pauses } from './pauses'
import { Store } from './store'
import type { Viewer } from './whep'

let hidden: boolean
let turn: (() => void) | undefined
let said: string[][]
let pauses: Pauses
let viewer: { state: Store<{ video: { name: string; mid: string; source: string }[] }>; link: { state: Store<{ session: string }> } }
let events: { state: Store<{ link: string }>; command: (type: string, data: { session: string; mids: string[] }) => Promise<number> }

beforeEach(() => {
  vi.useFakeTimers()
  hidden = false
  said = []
  vi.stubGlobal('document', {
    get hidden() {
      return hidden
    },
    addEventListener: (_: string, listener: () => void) => (turn = listener),
    removeEventListener: () => (turn = undefined),
  })
  const pane = (name: string, mid: string, source: string) => ({ name, mid, source })
  viewer = {
    state: new Store({ video: [pane('lecturer', '0', 'camera'), pane('courseware', '1', ''), pane('guest-0', '2', 'room-shi')] }),
    link: { state: new Store({ session: 'one' }) },
  }
  events = {
    state: new Store({ link: 'open' }),
    command: (type, { session, mids }) => {
      said.push([type, session, ...mids])
      return Promise.resolve(1)
    },
  }
  pauses = new Pauses(viewer as unknown as Viewer, events as unknown as LessonEvents)
  pauses.start()
})

afterEach(() => {
  pauses.stop()
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

const hide = (now: boolean) => {
  hidden = now
  turn?.()
}

test('a page in the background pauses its pictures after a while, and shows them again at once', () => {
  hide(true)
  events.state.patch({ link: 'open' })
  vi.advanceTimersByTime(PAUSE_AFTER_MS - 1)
  expect(said).toEqual([])
  vi.advanceTimersByTime(1)
  expect(said).toEqual([['pane.pause', 'one', '0', '2']])
  hide(false)
  expect(said[1]).toEqual(['pane.pause', 'one'])
})

test('a moment in another tab pauses nothing', () => {
  hide(true)
  vi.advanceTimersByTime(PAUSE_AFTER_MS / 2)
  hide(false)
  vi.advanceTimersByTime(2 * PAUSE_AFTER_MS)
  expect(said).toEqual([])
})

test('a pane that is scrolled away is paused by itself', () => {
  pauses.see('guest-0', false)
  pauses.see('courseware', false) // it shows nothing
  vi.advanceTimersByTime(PAUSE_AFTER_MS)
  expect(said).toEqual([['pane.pause', 'one', '2']])
  pauses.see('guest-0', true)
  expect(said[1]).toEqual(['pane.pause', 'one'])
})

test('a new session is told anew, and a line that is away not at all', () => {
  hide(true)
  vi.advanceTimersByTime(PAUSE_AFTER_MS)
  viewer.link.state.patch({ session: 'two' })
  vi.advanceTimersByTime(PAUSE_AFTER_MS)
  expect(said[1]).toEqual(['pane.pause', 'two', '0', '2'])
  events.state.set({ link: 'waiting' })
  hide(false)
  expect(said).toHaveLength(2)
  events.state.set({ link: 'open' })
  expect(said[2]).toEqual(['pane.pause', 'two'])
})
