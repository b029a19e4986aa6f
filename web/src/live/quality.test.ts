import { describe, expect, test } from 'vitest'
import { SteadyWord, between, judge } from './quality'
import type { Counters, Figures } from './quality'
import { counters } from './stats'

const zero: Counters = { at: 0, packets: 0, lost: 0, frames: 0, frozen: 0, samples: 0, concealed: 0, rtt: 0, bytes: 0 }
const fine: Figures = { loss: 0, fps: 25, frozen: 0, concealed: 0, rtt: 20, bitrate: 2e6 }

test('figures are what happened in between', () => {
  const before = { ...zero, at: 1000, packets: 100, lost: 5, frames: 50, bytes: 1000 }
  const now = { ...zero, at: 3000, packets: 290, lost: 15, frames: 100, frozen: 0.5, samples: 96_000, concealed: 960, rtt: 30, bytes: 501_000 }
  expect(between(before, now)).toEqual({ loss: 0.05, fps: 25, frozen: 0.25, concealed: 0.01, rtt: 30, bitrate: 2e6 })
})

test('counters that run backwards (a retransmission came late) are no loss', () => {
  expect(between({ ...zero, lost: 5 }, { ...zero, at: 2000, packets: 10, lost: 3 }).loss).toBe(0)
})

describe('the word', () => {
  test.each<[string, Partial<Figures>, string]>([
    ['a good line', {}, 'good'],
    ['1 % lost', { loss: 0.01 }, 'good'],
    ['5 % lost', { loss: 0.05 }, 'fair'],
    ['15 % lost', { loss: 0.15 }, 'poor'],
    ['a slow way', { rtt: 400 }, 'fair'],
    ['a very slow way', { rtt: 900 }, 'poor'],
    ['standing pictures', { frozen: 0.5 }, 'poor'],
    ['holes in the voice', { concealed: 0.05 }, 'fair'],
    ['few pictures', { fps: 8 }, 'fair'],
    ['no pictures', { fps: 0 }, 'poor'],
  ])('%s', (_, change, word) => expect(judge({ ...fine, ...change }, true)).toBe(word))

  test('without a picture to expect, none is no fault', () => expect(judge({ ...fine, fps: 0 }, false)).toBe('good'))
})

test('one bad moment does not change the word, two do', () => {
  const word = new SteadyWord()
  expect(['poor', 'good', 'poor', 'poor', 'good', 'good'].map((w) => word.next(w as 'good'))).toEqual([
    'good',
    'good',
    'good',
    'poor',
    'poor',
    'good',
  ])
})

test('counters are read from the browser’s report', () => {
  const report = [
    { type: 'candidate-pair', nominated: true, state: 'succeeded', currentRoundTripTime: 0.02 },
    { type: 'candidate-pair', nominated: false, state: 'succeeded', currentRoundTripTime: 9 },
    { type: 'inbound-rtp', kind: 'video', mid: '0', packetsReceived: 10, packetsLost: 1, bytesReceived: 100, framesDecoded: 5, totalFreezesDuration: 0.2 },
    { type: 'inbound-rtp', kind: 'video', mid: '1', packetsReceived: 10, framesDecoded: 7, totalFreezesDuration: 9 },
    { type: 'inbound-rtp', kind: 'audio', mid: '6', packetsReceived: 4, totalSamplesReceived: 1000, concealedSamples: 60, silentConcealedSamples: 50 },
    { type: 'codec' },
  ]
  expect(counters(report, '0', 7)).toEqual({ at: 7, packets: 24, lost: 1, frames: 5, frozen: 0.2, samples: 1000, concealed: 10, rtt: 20, bytes: 100 })
})
