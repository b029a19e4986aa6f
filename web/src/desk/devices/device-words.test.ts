import type { TFunction } from 'i18next'
import { expect, it } from 'vitest'
import { countdown, deviceFacts } from './device-words'

const t = ((key: string) => key) as unknown as TFunction

it('tells a device’s faults before what works', () => {
  const facts = deviceFacts(t, {
    version: '1', microphoneDb: -80, clockOffsetMs: -30_000, diskFree: 50e9,
    cameras: [{ name: 'a', state: 'ok' }, { name: 'b', state: 'lost' }],
  })
  expect(facts.map((f) => [f.tone, f.text])).toEqual([
    ['bad', 'desk:device.camera'], ['bad', 'desk:device.silent'], ['warn', 'desk:device.clock'], ['good', 'desk:device.camera'], ['good', 'desk:device.disk'],
  ])
})

it('counts down', () => expect([86_399_000, 61_000, 999, 0, -5].map(countdown)).toEqual(['23:59:59', '00:01:01', '00:00:00', '', '']))
