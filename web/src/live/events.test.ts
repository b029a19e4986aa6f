import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { LessonEvents } from './events'
import { emptyState } from './reducer'
import type { Down, LessonEvent } from './wire'

// The protocol of the line, with a socket that the test holds in its hand. The real line is proved by the browser tests.
class Line {
  static readonly OPEN = 1
  static all: Line[] = []
  readyState = 0
  sent: { ref: string; type: string; data?: unknown }[] = []
  onopen: (() => void) | null = null
  onmessage: ((message: { data: string }) => void) | null = null
  onclose: (() => void) | null = null
  readonly url: string
  readonly protocols: string[]

  constructor(url: URL, protocols: string[]) {
    this.url = String(url)
    this.protocols = protocols
    Line.all.push(this)
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text) as Line['sent'][number])
  }

  open(): void {
    this.readyState = 1
    this.onopen?.()
  }

  down(down: Down): void {
    this.onmessage?.({ data: JSON.stringify(down) })
  }

  close(): void {
    if (this.readyState === 3) return
    this.readyState = 3
    this.onclose?.()
  }
}

const state = (seq: number) => ({ ...emptyState(), seq, live: true })
const said = (seq: number): LessonEvent => ({ seq, time: '2026-11-22T02:20:00Z', author: 'a', type: 'said', data: { text: `${seq}` } })
const latest = () => Line.all.at(-1) as Line
const settled = () => vi.advanceTimersByTimeAsync(0)

let events: LessonEvents
let grants: (string | undefined)[]
let lost: string[]

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('WebSocket', Line)
  const listen = { addEventListener: () => undefined, removeEventListener: () => undefined }
  vi.stubGlobal('window', listen)
  vi.stubGlobal('document', { ...listen, visibilityState: 'visible' })
  Line.all = []
  grants = []
  lost = []
  events = new LessonEvents({
    url: 'ws://school/live/l1/events',
    grant: (refused) => {
      grants.push(refused)
      return Promise.resolve(`grant-${grants.length}`)
    },
    sessionLost: (session) => lost.push(session),
    random: () => 0.5,
  })
  events.start()
})

afterEach(async () => {
  events.stop()
  await settled()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

async function joined(seq = 5): Promise<Line> {
  await settled()
  const line = latest()
  line.open()
  line.down({ type: 'state', state: state(seq) })
  return line
}

test('the grant travels as a subprotocol', async () => {
  await settled()
  expect(latest().url).toBe('ws://school/live/l1/events')
  expect(latest().protocols).toEqual(['tongtang.events', 'grant.grant-1'])
})

test('events follow the state, repeats are ignored', async () => {
  const line = await joined(5)
  line.down({ type: 'event', event: said(5) })
  line.down({ type: 'event', event: said(6) })
  expect(events.state.get().lesson?.seq).toBe(6)
  expect(events.state.get().lesson?.said.length).toBe(1)
})

test('a lost line comes back and asks for what it missed', async () => {
  const line = await joined(5)
  line.close()
  await settled()
  expect(events.state.get()).toMatchObject({ link: 'waiting', attempt: 1 })
  await vi.advanceTimersByTimeAsync(250)
  expect(latest().url).toBe('ws://school/live/l1/events?after=5')
  latest().open()
  latest().down({ type: 'event', event: said(6) })
  expect(events.state.get()).toMatchObject({ link: 'open', attempt: 0, lesson: { seq: 6 } })
})

test('tries are further and further apart, and a grant that opened nothing is replaced', async () => {
  await settled()
  for (const wait of [250, 500, 1000]) {
    latest().close()
    await settled()
    const before = Line.all.length
    await vi.advanceTimersByTimeAsync(wait - 1)
    expect(Line.all.length).toBe(before)
    await vi.advanceTimersByTimeAsync(1)
    expect(Line.all.length).toBe(before + 1)
  }
  expect(grants).toEqual([undefined, 'grant-1', 'grant-2', 'grant-3'])
})

test('after a gap everything is asked for anew', async () => {
  const line = await joined(5)
  line.down({ type: 'event', event: said(8) })
  await vi.advanceTimersByTimeAsync(300)
  expect(latest()).not.toBe(line)
  expect(latest().url).toBe('ws://school/live/l1/events')
})

test('a line that went dead without a word is noticed', async () => {
  const line = await joined(5)
  events.watch('s1')
  await vi.advanceTimersByTimeAsync(17_000)
  expect(line.sent.filter((up) => up.type === 'watch').length).toBeGreaterThan(1)
  await vi.advanceTimersByTimeAsync(8000)
  expect(latest()).not.toBe(line)
})

test('after the end nobody comes back', async () => {
  const line = await joined(5)
  line.down({ type: 'event', event: { seq: 6, time: '', type: 'lesson.ended' } })
  line.close()
  await vi.advanceTimersByTimeAsync(60_000)
  expect(latest()).toBe(line)
  expect(events.state.get().link).toBe('closed')
})

describe('commands', () => {
  test('accepted tells the number of the event', async () => {
    const line = await joined()
    const raised = events.command('hand.raise')
    const ref = line.sent.at(-1)?.ref
    line.down({ type: 'accepted', ref, seq: 9 })
    await expect(raised).resolves.toBe(9)
  })

  test('refused rejects with the problem', async () => {
    const line = await joined()
    const given = events.command('floor.give', { id: 'room-a' })
    expect(line.sent.at(-1)).toMatchObject({ type: 'floor.give', data: { id: 'room-a' } })
    line.down({ type: 'refused', ref: line.sent.at(-1)?.ref, problem: { status: 409, code: 'no-source' } })
    await expect(given).rejects.toMatchObject({ problem: { code: 'no-source' } })
  })

  test('without a line they are refused at once, never kept', async () => {
    await expect(events.command('hand.raise')).rejects.toMatchObject({ problem: { code: 'offline' } })
  })

  test('a line that breaks before the answer refuses them', async () => {
    const line = await joined()
    const raised = events.command('hand.raise')
    line.close()
    await expect(raised).rejects.toMatchObject({ problem: { code: 'offline' } })
  })

  test('no answer is an answer after 8 s', async () => {
    await joined()
    const raised = events.command('hand.raise')
    const seen = expect(raised).rejects.toMatchObject({ problem: { code: 'no-answer' } })
    await vi.advanceTimersByTimeAsync(8000)
    await seen
  })
})

describe('panes', () => {
  test('are those of the watched session only', async () => {
    const line = await joined()
    events.watch('s1')
    expect(line.sent.at(-1)).toMatchObject({ type: 'watch', data: { session: 's1' } })
    line.down({ type: 'panes', panes: { session: 's0', video: [], audio: [] } })
    expect(events.state.get().panes).toBeNull()
    line.down({ type: 'panes', panes: { session: 's1', video: [{ mid: '0', source: 'camera' }], audio: [] } })
    expect(events.state.get().panes?.video[0]?.source).toBe('camera')
  })

  test('are asked for again after a reconnect', async () => {
    const line = await joined()
    events.watch('s1')
    line.close()
    await vi.advanceTimersByTimeAsync(250)
    latest().open()
    expect(latest().sent.at(-1)).toMatchObject({ type: 'watch', data: { session: 's1' } })
  })

  test('a session that the server does not know is reported', async () => {
    const line = await joined()
    events.watch('s1')
    line.down({ type: 'refused', ref: line.sent.at(-1)?.ref, problem: { status: 404, code: 'session-unknown' } })
    await settled()
    expect(lost).toEqual(['s1'])
  })
})
