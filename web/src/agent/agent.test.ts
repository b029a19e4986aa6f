import { describe, expect, test } from 'vitest'
import { chosenLesson, timeLeft } from './choose'
import { share } from './share'
import type { AgentLesson } from './state'

const at = (clock: string) => `2026-11-22T${clock}:00Z`
const now = (clock: string) => Date.parse(at(clock))
const lesson = (id: string, start: string, end: string, more: Partial<AgentLesson> = {}) =>
  ({ id, start: at(start), end: at(end), state: 'planned', canStart: false, canStop: false, stopped: false, ...more }) as AgentLesson

describe('the lesson of the big button', () => {
  const first = lesson('1', '00:20', '01:00', { state: 'ended' })
  const second = lesson('2', '02:20', '03:00')
  const third = lesson('3', '06:00', '06:40')

  test('is the next one', () => expect(chosenLesson({ lessons: [first, second, third] }, now('01:30'))?.id).toBe('2'))
  test('is the one that can be started', () => {
    expect(chosenLesson({ lessons: [first, second, { ...third, canStart: true }] }, now('01:30'))?.id).toBe('3')
  })
  test('is before all the one on air', () => {
    const onAir = { lesson: '3', title: '', since: at('06:00'), state: 'live' as const, sources: [] }
    expect(chosenLesson({ lessons: [first, { ...second, canStart: true }, third], onAir }, now('06:10'))?.id).toBe('3')
  })
  test('is none after the last', () => expect(chosenLesson({ lessons: [first] }, now('09:00'))).toBeNull())
})

test('time left', () => {
  const planned = lesson('1', '02:20', '03:00')
  expect(timeLeft(planned, now('02:10'))).toEqual({ what: 'starts', ms: 600_000 })
  expect(timeLeft(planned, now('02:30'))).toEqual({ what: 'ends', ms: 1_800_000 })
  expect(timeLeft({ ...planned, state: 'live' }, now('02:15')).what).toBe('ends')
  expect(timeLeft({ ...planned, state: 'live' }, now('03:01'))).toEqual({ what: 'over', ms: 60_000 })
})

test('what has not changed stays the same object', () => {
  const before = { lessons: [{ id: '1' }, { id: '2' }], microphone: { db: -20 }, onAir: { id: 'x' } }
  const next = share(before, { lessons: [{ id: '1' }, { id: '3' }], microphone: { db: -20 } } as typeof before)
  expect(next).toEqual({ lessons: [{ id: '1' }, { id: '3' }], microphone: { db: -20 } })
  expect(next.lessons[0]).toBe(before.lessons[0])
  expect(next.microphone).toBe(before.microphone)
  expect(share(before, structuredClone(before))).toBe(before)
  expect(share({ list: [1, 2] }, { list: [1] })).toEqual({ list: [1] })
  expect(share({ a: undefined }, { b: 1 } as object)).toEqual({ b: 1 })
})
