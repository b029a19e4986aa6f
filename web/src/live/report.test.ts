import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { PeerLink } from './peerlink'
import { Reporter, nothingSeen, reportOf, seen } from './report'
import { Store } from './store'
import type { Report } from './wire'

const entry = {
  type: 'inbound-rtp', kind: 'video', mid: '0', freezeCount: 2, totalFreezesDuration: 1.2344, framesDecoded: 500, framesDropped: 3,
  jitterBufferDelay: 50, jitterBufferEmittedCount: 500,
}

test('counts the lecturer’s pane and every voice that could be heard', () => {
  const report = [
    entry,
    { ...entry, mid: '1' },
    { type: 'inbound-rtp', kind: 'audio', mid: '6', concealedSamples: 4800, silentConcealedSamples: 2400 },
    { type: 'inbound-rtp', kind: 'audio', mid: '7', concealedSamples: 480 },
    { type: 'outbound-rtp', kind: 'video', mid: '0' },
  ]
  expect(seen(report, '0', 7)).toEqual({ at: 7, freezes: 2, frozenSecs: 1.2344, decoded: 500, dropped: 3, waitedSecs: 50, waited: 500, concealed: 2880 })
  expect(seen([{ type: 'inbound-rtp', kind: 'video', mid: '0' }], '0', 7)).toEqual(nothingSeen(7)) // an older browser
})

test('a report is what happened in between, in whole numbers', () => {
  const before = { ...nothingSeen(1000), freezes: 1, frozenSecs: 1, decoded: 250, waitedSecs: 10, waited: 250, concealed: 480 }
  const now = { at: 11_000.4, freezes: 3, frozenSecs: 2.3456, decoded: 500, dropped: 2, waitedSecs: 30.1, waited: 500, concealed: 5280 }
  expect(reportOf('s', before, now)).toEqual({
    session: 's', ms: 10_000, freezes: 2, frozenMs: 1346, decoded: 250, dropped: 2, concealedMs: 100, bufferMs: 80,
  })
  expect(reportOf('s', now, { ...nothingSeen(21_000) })).toMatchObject({ freezes: 0, decoded: 0, bufferMs: 0 }) // counters that ran backwards
  expect(reportOf('s', now, { ...now, at: now.at + 3_600_000 })).toBeNull() // the PC slept
})

const link = (session: string) => {
  const pc = { getStats: () => Promise.resolve(new Map([['v', { ...entry, framesDecoded: (frames += 250) }]])) }
  return { state: new Store({ phase: 'connecting', session, attempt: 0, problem: null }), connection: pc } as unknown as PeerLink
}
let frames = 0
let told: Report[]
let reporter: Reporter | undefined

beforeEach(() => {
  vi.useFakeTimers()
  told = []
  frames = 0
})
afterEach(() => {
  reporter?.stop()
  vi.useRealTimers()
})

test('reports every ten seconds while the connection stands, each connection by itself', async () => {
  const line = link('first')
  const send = (r: Report) => {
    told.push(r)
    return told.length === 2 ? Promise.reject(new Error('refused')) : Promise.resolve(0)
  }
  reporter = new Reporter({ link: line, lecturerMid: () => '0', send, now: () => Date.now() })
  reporter.start()
  await vi.advanceTimersByTimeAsync(10_000)
  expect(told).toEqual([]) // not connected yet
  line.state.patch({ phase: 'up' })
  await vi.advanceTimersByTimeAsync(20_000)
  line.state.patch({ phase: 'lost' })
  await vi.advanceTimersByTimeAsync(10_000)
  line.state.patch({ phase: 'up', session: 'second' })
  await vi.advanceTimersByTimeAsync(10_000)
  expect(told.map(({ session, ms, decoded }) => [session, ms, decoded])).toEqual([['first', 10_000, 250], ['first', 10_000, 250], ['second', 10_000, 750]])
  reporter?.stop()
  await vi.advanceTimersByTimeAsync(60_000)
  expect(told.length).toBe(3)
})
