import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { Pause, backoff } from './backoff'
import { preferred } from './codecs'
import { deviceCode } from './devices'
import { Grants, subjectOf } from './grants'
import type { Join } from './lesson-api'
import { barShare, decibels } from './level'
import { emptyPanes, videoPaneNames, withSources } from './panes'
import { candidateFragment, restartedAnswer } from './sdpfrag'
import { Store } from './store'

describe('store', () => {
  test('tells about changes only', () => {
    const store = new Store({ a: 1, b: 2 })
    const heard = vi.fn()
    const forget = store.subscribe(heard)
    store.patch({ a: 1 })
    expect(heard).not.toHaveBeenCalled()
    store.patch({ a: 3 })
    expect(heard).toHaveBeenCalledTimes(1)
    forget()
    store.patch({ a: 4 })
    expect(heard).toHaveBeenCalledTimes(1)
  })
})

describe('backoff', () => {
  test('doubles up to 8 s', () => {
    expect([0, 1, 2, 3, 4, 5, 6, 60].map((n) => backoff(n, () => 0.5))).toEqual([250, 500, 1000, 2000, 4000, 8000, 8000, 8000])
  })

  test('a quarter more or less, so that not all come at once', () => {
    expect(backoff(2, () => 0)).toBe(750)
    expect(backoff(2, () => 1)).toBe(1250)
  })

  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  test('a wait is cut short by the line coming back, or by the end', async () => {
    const pause = new Pause()
    const end = new AbortController()
    const done = vi.fn()
    void pause.wait(10_000, end.signal).then(done)
    pause.wake()
    await vi.advanceTimersByTimeAsync(0)
    expect(done).toHaveBeenCalledTimes(1)
    void pause.wait(10_000, end.signal).then(done)
    end.abort()
    await vi.advanceTimersByTimeAsync(0)
    expect(done).toHaveBeenCalledTimes(2)
    await pause.wait(10_000, end.signal)
  })
})

describe('grants', () => {
  const join = (grant: string, expiresIn: number) => ({ grant, expires: new Date(Date.now() + expiresIn).toISOString() }) as Join

  test('one is used as long as it lasts', async () => {
    const renew = vi.fn()
    expect(await new Grants(join('a', 60_000), renew).current()).toBe('a')
    expect(renew).not.toHaveBeenCalled()
  })

  test('one that ends soon is renewed first', async () => {
    expect(await new Grants(join('a', 10_000), () => Promise.resolve(join('b', 60_000))).current()).toBe('b')
  })

  test('a refused one is renewed once for all who ask', async () => {
    const renew = vi.fn(() => Promise.resolve(join('b', 60_000)))
    const grants = new Grants(join('a', 60_000), renew)
    expect(await Promise.all([grants.current('a'), grants.current('a')])).toEqual(['b', 'b'])
    expect(await grants.current('a')).toBe('b')
    expect(renew).toHaveBeenCalledTimes(1)
  })

  test('the subject is read from the token', () => {
    const payload = Buffer.from(JSON.stringify({ sub: 'room-青山' })).toString('base64url')
    expect(subjectOf(`x.${payload}.y`)).toBe('room-青山')
  })
})

test('late candidates as a fragment (RFC 8840)', () => {
  const sdp = 'v=0\r\na=group:BUNDLE 0 1\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\na=ice-ufrag:abcd\r\na=ice-pwd:secret\r\na=mid:0\r\nm=audio 9 x\r\na=mid:1\r\n'
  expect(candidateFragment(sdp, ['candidate:1 1 udp 1 10.0.0.1 9 typ host'], true)).toBe(
    'a=ice-ufrag:abcd\r\na=ice-pwd:secret\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:0\r\na=candidate:1 1 udp 1 10.0.0.1 9 typ host\r\na=end-of-candidates\r\n',
  )
})

test('the answer after an ICE restart', () => {
  const part = (mid: number) => `m=video 9 x 96\r\na=ice-ufrag:old\r\na=ice-pwd:oldpwd\r\na=mid:${mid}\r\na=sendonly\r\n`
  const before = `v=0\r\n${part(0)}a=candidate:1 1 udp 1 10.0.0.1 9 typ host\r\na=end-of-candidates\r\n${part(1)}`
  const after = restartedAnswer(before, 'a=ice-ufrag:new\r\na=ice-pwd:newpwd\r\na=candidate:2 1 udp 1 10.0.0.2 9 typ host\r\na=end-of-candidates\r\n')
  expect(after).not.toContain('old')
  expect(after).not.toContain('10.0.0.1')
  expect(after.match(/a=ice-pwd:newpwd/g)?.length).toBe(2)
  expect(after.match(/^a=candidate:2 .*$/gm)?.length).toBe(1)
  expect(after.indexOf('10.0.0.2')).toBeLessThan(after.lastIndexOf('m=video'))
  expect(after.endsWith('a=sendonly\r\n')).toBe(true)
})

describe('codecs', () => {
  const h264 = (mode: number) => ({ mimeType: 'video/H264', sdpFmtpLine: `packetization-mode=${mode};profile-level-id=42e01f` })
  const of = (mimeType: string, sdpFmtpLine = '') => ({ mimeType, sdpFmtpLine })
  const vp8 = of('video/VP8')
  const rtx = of('video/rtx')
  const vp9 = (profile: number) => of('video/VP9', `profile-id=${profile}`)
  const av1 = (profile: number) => of('video/AV1', `level-idx=5;profile=${profile};tier=0`)

  test('H.264 first, then what else passes, and retransmission', () => {
    const all = [vp8, rtx, vp9(2), vp9(0), h264(0), av1(1), av1(0), of('video/red'), h264(1), of('video/flexfec-03')]
    expect(preferred(all)).toEqual([h264(1), vp8, vp9(0), av1(0), rtx])
  })

  test('a browser without H.264 keeps what it has', () => expect(preferred([rtx, vp8])).toEqual([vp8, rtx]))
})

test.each([
  ['NotFoundError', 'no-device'],
  ['NotAllowedError', 'device-refused'],
  ['NotReadableError', 'device-busy'],
  ['AbortError', 'device-busy'],
  ['TypeError', 'device-failed'],
])('%s means %s', (name, code) => expect(deviceCode(name)).toBe(code))

describe('panes', () => {
  const names = videoPaneNames(4)
  const panes = emptyPanes(names).map((pane, i) => ({ ...pane, mid: String(i) }))

  test('have the order of the protocol', () => {
    expect(names).toEqual(['lecturer', 'courseware', 'guest-0', 'guest-1', 'guest-2', 'guest-3'])
  })

  test('show what the server says, by mid', () => {
    const shown = withSources(panes, [
      { mid: '0', source: 'camera', layer: 'h' },
      { mid: '2', source: 'room-a' },
    ])
    expect(shown.map((pane) => pane.source)).toEqual(['camera', '', 'room-a', '', '', ''])
    expect(shown[1]).toBe(panes[1])
    expect(withSources(shown, [{ mid: '0', source: 'camera', reason: 'codec' }])[0]).toMatchObject({ source: 'camera', layer: '', reason: 'codec' })
  })

  test('are the same object when nothing changed', () => {
    expect(withSources(panes, [{ mid: '0', source: '' }])).toBe(panes)
  })
})

describe('level', () => {
  test('in dBFS', () => {
    expect(decibels(new Float32Array(100))).toBe(-96)
    expect(decibels(new Float32Array(100).fill(1))).toBeCloseTo(0)
    expect(decibels(new Float32Array(100).fill(0.1))).toBeCloseTo(-20)
  })

  test('as a bar', () => expect([-96, -60, -33, -6, 0].map(barShare)).toEqual([0, 0, 0.5, 1, 1]))
})
