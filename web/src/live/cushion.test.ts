import { expect, test } from 'vitest'
import { Cushion } from './cushion'
import type { Figures } from './quality'

const fine: Figures = { loss: 0, fps: 25, frozen: 0, concealed: 0, rtt: 80, bitrate: 2e6 }

const after = (cushion: Cushion, rounds: number, change: Partial<Figures>) => {
  for (let i = 0; i < rounds; i++) cushion.next({ ...fine, ...change })
  return cushion.wait
}

test('a line that loses nothing has a short one, however long the line', () => {
  expect(after(new Cushion(), 10, {})).toBe(40)
  expect(after(new Cushion(), 10, { rtt: 400 })).toBe(40)
})

test('one that loses now and then has room for one repair, one that loses often for two', () => {
  expect(after(new Cushion(), 1, { loss: 0.01 })).toBe(140)
  expect(after(new Cushion(), 1, { loss: 0.05 })).toBe(220)
  expect(after(new Cushion(), 1, { loss: 0.1, rtt: 150 })).toBe(360)
})

test('pictures that stand still make it longer, to an end', () => {
  const cushion = new Cushion()
  expect(after(cushion, 1, { frozen: 0.1 })).toBe(120)
  expect(after(cushion, 1, { frozen: 0.1 })).toBe(200)
  expect(after(cushion, 20, { frozen: 0.1 })).toBe(600)
})

test('it grows at once and shrinks slowly', () => {
  const cushion = new Cushion()
  const long = after(cushion, 1, { loss: 0.05 })
  expect(after(cushion, 1, {})).toBeGreaterThan(0.9 * long)
  expect(after(cushion, 100, {})).toBe(40)
})

test('the odd round trip that a queue made long does not count alone', () => {
  const cushion = new Cushion()
  after(cushion, 10, { loss: 0.05 })
  expect(after(cushion, 1, { loss: 0.05, rtt: 280 })).toBe(340)
})
