import { expect, test } from 'vitest'
import type { LineStep } from '../../api/model'
import { moved, percent, rate, runs, stepCount } from './strip'

const steps = (words: string) =>
  [...words].flatMap((w, n): LineStep[] =>
    w === ' ' ? [] : [{ n, word: w === 'g' ? 'good' : w === 'f' ? 'fair' : 'poor', viewers: 1, loss: 0, rtt: 0, jitter: 0, bitrate: 0 }])

test('equal steps become one bar, a gap stays a gap', () => {
  expect(runs(steps('ggf  fpp'))).toEqual([
    { n: 0, length: 2, word: 'good' },
    { n: 2, length: 1, word: 'fair' },
    { n: 5, length: 1, word: 'fair' },
    { n: 6, length: 2, word: 'poor' },
  ])
  expect(runs([])).toEqual([])
})

test('a lesson has at least one step, and as many as anybody was seen in', () => {
  const span = { from: '2026-11-23T01:30:00Z', to: '2026-11-23T01:31:05Z', step: 10, groups: [] }
  expect(stepCount(span)).toBe(7)
  expect(stepCount({ ...span, to: span.from })).toBe(1)
  const group = { school: { id: 'a', name: 'a' }, steps: steps('ggggggggg'), summary: { loss: 0, lossP95: 0, rtt: 0, rttP95: 0, freezesPerMinute: 0 } }
  expect(stepCount({ ...span, groups: [group] })).toBe(9)
})

test('keys move the cursor within the lesson', () => {
  expect(['ArrowLeft', 'ArrowRight', 'Home', 'End', 'PageUp', 'a'].map((key) => moved(3, key, 8))).toEqual([2, 4, 0, 7, 7, null])
  expect(moved(0, 'ArrowLeft', 8)).toBe(0)
})

test('figures as a person reads them', () => {
  expect([percent(0.0312), rate(2_040_000), rate(48_400)]).toEqual(['3.1%', '2.0 Mbit/s', '48 kbit/s'])
})
