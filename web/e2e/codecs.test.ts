// Sources of other codecs, in real Chromium: H.264, VP8, VP9 and AV1 after each other on one pane; a classroom whose browser has no H.264; a page that
// cannot play what is sent; voices with RED.
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bigScreen, desktop, launch, loudness, shot, signIn, watch } from './browser.ts'
import { ruralClassroom } from './films.ts'
import { House, type Lesson, until } from './house.ts'

const house = new House()
let people: Browser, classroom: Browser
let lesson: Lesson

beforeAll(async () => {
  ;[people, classroom] = await Promise.all([launch(), launch(ruralClassroom())])
  await house.start()
  lesson = await house.liveLesson()
})
afterAll(async () => {
  await Promise.all([people?.close(), classroom?.close()])
  await house.stop()
})

// keepConnections lets a test look at every connection that a page makes.
const keepConnections = () => {
  const all: RTCPeerConnection[] = []
  Object.assign(window, { connections: all })
  const Real = window.RTCPeerConnection
  window.RTCPeerConnection = class extends Real {
    constructor(...args: ConstructorParameters<typeof Real>) {
      super(...args)
      all.push(this)
    }
  }
}

// without makes a browser that lacks some codecs.
const without = (codecs: string[]) => {
  for (const side of [RTCRtpSender, RTCRtpReceiver]) {
    const real = side.getCapabilities.bind(side)
    side.getCapabilities = (kind) => {
      const able = real(kind)
      return able && { ...able, codecs: able.codecs.filter((codec) => !codecs.includes(codec.mimeType)) }
    }
  }
}

interface Stream {
  mime: string
  ssrc: number
  frames: number // decoded or sent
  freezes: number
  frozen: number // s
  rids: string[]
}

// streams are what the connections of a page receive or send of a kind, the busiest first.
const streams = (page: Page, type: 'inbound-rtp' | 'outbound-rtp', kind: 'video' | 'audio'): Promise<Stream[]> =>
  page.evaluate(async ({ type, kind }) => {
    const found = []
    for (const pc of (window as unknown as { connections: RTCPeerConnection[] }).connections) {
      if (pc.connectionState !== 'connected') continue
      const stats = await pc.getStats()
      for (const s of stats.values()) {
        if (s.type !== type || s.kind !== kind) continue
        found.push({
          mime: stats.get(s.codecId)?.mimeType ?? '', ssrc: s.ssrc, frames: s.framesDecoded ?? s.framesSent ?? s.packetsReceived ?? s.packetsSent ?? 0,
          freezes: s.freezeCount ?? 0, frozen: s.totalFreezesDuration ?? 0, rids: s.rid ? [s.rid] : [],
        })
      }
    }
    return found.sort((a, b) => b.frames - a.frames)
  }, { type, kind })

// exchange posts a page's offer and sets the answer.
const exchange = () => {
  Object.assign(window, {
    exchange: async (pc: RTCPeerConnection, url: string, token: string) => {
      await pc.setLocalDescription()
      await new Promise<void>((go) => {
        const look = () => pc.iceGatheringState === 'complete' && go()
        pc.onicegatheringstatechange = look
        look()
      })
      const res = await fetch(url, { method: 'POST', headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/sdp' }, body: pc.localDescription!.sdp })
      if (res.status !== 201) throw new Error(await res.text())
      await pc.setRemoteDescription({ type: 'answer', sdp: await res.text() })
    },
  })
}

async function plainPage(init: (() => void)[]): Promise<Page> {
  const context: BrowserContext = await people.newContext({ viewport: desktop })
  const page = await context.newPage()
  for (const script of init) await page.addInitScript(script)
  await page.goto(`${house.url}/robots.txt`)
  return page
}

// Layers of a picture: of one size; two sizes, in streams of their own; three sizes in one stream.
type Layer = RTCRtpEncodingParameters & { scalabilityMode?: string }
const SIMPLE: Layer[] = []
const SIMULCAST = [{ rid: 'h' }, { rid: 'l', scaleResolutionDownBy: 4 }].map((layer) => ({ ...layer, scalabilityMode: 'L1T1' }))
const SVC: Layer[] = [{ scalabilityMode: 'L3T3_KEY' }]

// publish sends a moving picture with one codec; an older connection of the page is left to the server, which ends it.
const publish = (page: Page, mime: string, token: string, sendEncodings = SIMPLE) =>
  page.evaluate(async ({ mime, url, token, sendEncodings }) => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 640, height: 360 })
    const ink = canvas.getContext('2d')!
    let n = 0
    const drawing = window.setInterval(() => {
      ink.fillStyle = `hsl(${n++ % 360} 80% 50%)`
      ink.fillRect(0, 0, 640, 360)
      ink.fillStyle = '#fff'
      ink.fillRect((n * 7) % 600, 100, 40, 160)
    }, 40)
    const pc = new RTCPeerConnection()
    const transceiver = pc.addTransceiver(canvas.captureStream(25).getVideoTracks()[0]!, { direction: 'sendonly', sendEncodings })
    const codecs = RTCRtpSender.getCapabilities('video')!.codecs.filter((c) => c.mimeType === mime || c.mimeType === 'video/rtx')
    transceiver.setCodecPreferences(codecs)
    const page = window as never as { exchange: (...args: unknown[]) => Promise<void>; drawing?: number }
    await page.exchange(pc, url, token)
    clearInterval(page.drawing) // nothing to encode any more for the older one
    page.drawing = drawing
  }, { mime, url: `${house.url}/live/${lesson.id}/whip?source=test`, token, sendEncodings })

const view = (page: Page, token: string) =>
  page.evaluate(async ({ url, token }) => {
    const pc = new RTCPeerConnection()
    const video = Object.assign(document.createElement('video'), { autoplay: true, muted: true })
    video.dataset.pane = 'test'
    document.body.append(video)
    pc.ontrack = (e) => (video.srcObject = new MediaStream([e.track]))
    pc.addTransceiver('video', { direction: 'recvonly' })
    await (window as never as { exchange: (...args: unknown[]) => Promise<void> }).exchange(pc, url, token)
  }, { url: `${house.url}/live/${lesson.id}/whep?source=test`, token })

test('one pane shows H.264, VP8, VP9 and AV1 after each other, with and without layers', async () => {
  const publisher = await plainPage([exchange, keepConnections])
  const viewer = await plainPage([exchange, keepConnections])
  const publishing = house.grant(lesson.id, 'publisher', 'test')
  await publish(publisher, 'video/H264', publishing)
  await until('the source is on air', 10_000, () => view(viewer, house.grant(lesson.id, 'viewer')).then(() => true, () => false))
  const seen: number[] = []
  const sources: [string, Layer[]][] = [
    ['video/H264', SIMPLE], ['video/VP8', SIMPLE], ['video/VP9', SIMULCAST], ['video/AV1', SIMULCAST], ['video/VP9', SVC], ['video/VP8', SIMPLE], ['video/H264', SIMPLE],
  ]
  for (const [i, [mime, layers]] of sources.entries()) {
    if (i > 0) await publish(publisher, mime, publishing, layers)
    const began = Date.now()
    await until(`${mime} is played`, 20_000, async () => (await streams(viewer, 'inbound-rtp', 'video'))[0]?.mime === mime)
    const before = (await streams(viewer, 'inbound-rtp', 'video'))[0]!
    const took = Date.now() - began
    const { count, distinct } = await watch(viewer, 'test', 2500)
    const after = (await streams(viewer, 'inbound-rtp', 'video'))[0]!
    console.log(`${mime}: played ${took} ms after it was published; in 2.5 s ${after.frames - before.frames} pictures decoded, ${count} shown, ${distinct} distinct; frozen ${(after.frozen - before.frozen).toFixed(2)} s`)
    expect(distinct).toBeGreaterThan(15)
    if (layers === SIMULCAST) {
      const sent = await streams(publisher, 'outbound-rtp', 'video')
      expect(sent.filter((s) => s.mime === mime && s.frames > 0).flatMap((s) => s.rids).sort()).toEqual(['h', 'l'])
    }
    seen.push(after.ssrc)
  }
  expect(new Set(seen).size).toBe(1)
  await publisher.context().close()
  await viewer.context().close()
})

const playing = (page: Page, pane: string) =>
  page.waitForFunction((p) => (document.querySelector<HTMLVideoElement>(`video[data-pane="${p}"]`)?.videoWidth ?? 0) > 0, pane, { timeout: 60_000 })
const widthOf = (page: Page, pane: string) => page.evaluate((p) => document.querySelector<HTMLVideoElement>(`video[data-pane="${p}"]`)?.videoWidth ?? 0, pane)

// longestGap is the longest time without a new picture on a pane, ms.
const longestGap = (page: Page, pane: string, ms: number): Promise<number> =>
  page.evaluate(async ({ pane, ms }) => {
    const video = document.querySelector<HTMLVideoElement>(`video[data-pane="${pane}"]`)!
    let last = performance.now(), longest = 0
    const end = last + ms
    const next = () => {
      const now = performance.now()
      longest = Math.max(longest, now - last)
      last = now
      if (now < end) video.requestVideoFrameCallback(next)
    }
    video.requestVideoFrameCallback(next)
    await new Promise((go) => setTimeout(go, ms))
    return Math.max(longest, performance.now() - last)
  }, { pane, ms })

// voiceLines are the voices of the answers that a page got.
const voiceLines = (page: Page): Promise<string[]> =>
  page.evaluate(() => (window as unknown as { connections: RTCPeerConnection[] }).connections.flatMap((pc) => pc.currentRemoteDescription?.sdp.match(/^m=audio .*$/gm) ?? []))

test('a classroom whose browser has no H.264 is seen: VP8 in layers, which change without a frozen picture', async () => {
  const room = await signIn(classroom, house, 'lin', '/', bigScreen)
  await room.addInitScript(keepConnections)
  await room.addInitScript(without, ['video/H264'])
  await room.goto(`${house.url}/lesson/${lesson.id}?as=room`)
  const [lecturer, student] = await Promise.all(['chen', 'xiaoyu'].map((who) => signIn(people, house, who)))
  await student!.addInitScript(keepConnections)
  for (const page of [lecturer!, student!]) await page.goto(`${house.url}/lesson/${lesson.id}`)
  await playing(student!, 'guest-0')
  expect((await streams(room, 'outbound-rtp', 'video'))[0]?.mime).toBe('video/VP8')
  await until('both layers are sent', 30_000, async () => {
    const sent = (await streams(room, 'outbound-rtp', 'video')).filter((s) => s.frames > 25)
    return sent.flatMap((s) => s.rids).sort().join() === 'h,l'
  })
  const small = await widthOf(student!, 'guest-0')
  const give = lecturer!.getByRole('button', { name: /^给.*青山.*发言$/ }).first()
  const take = lecturer!.getByRole('button', { name: /^收回/ }).first()
  const still = await longestGap(student!, 'guest-0', 4000)
  const gaps: number[] = []
  for (let round = 0; round < 2; round++) {
    const [up] = await Promise.all([longestGap(student!, 'guest-0', 4000), give.click()])
    await until('the large layer is shown', 15_000, async () => (await widthOf(student!, 'guest-0')) > 2 * small)
    const [down] = await Promise.all([longestGap(student!, 'guest-0', 4000), take.click()])
    await until('the small layer is shown', 15_000, async () => (await widthOf(student!, 'guest-0')) <= small)
    gaps.push(up, down)
  }
  console.log(`VP8, ${small} pixels and more than twice as many: longest time without a new picture, ms: ${gaps.map(Math.round).join(', ')} around the switches, ${Math.round(still)} without one`)
  expect(Math.max(...gaps)).toBeLessThan(still + 1000) // a decoder that has lost its thread asks after 3 s
  await until('the classroom moves', 30_000, async () => (await watch(student!, 'guest-0', 2500)).distinct > 10)

  // The page that cannot play VP8 says so, and hears the classroom all the same.
  const old = await signIn(people, house, 'xiaoshi')
  await old.addInitScript(without, ['video/VP8'])
  await old.goto(`${house.url}/lesson/${lesson.id}`)
  await old.getByText('这台电脑的浏览器放不了这路画面，声音不受影响').waitFor()
  await shot(old, 'codec-missing')
  await give.click()
  await until('the classroom is heard', 15_000, async () => (await loudness(old, 'audio[data-pane="floor"]', 1000)) > 0.005)

  // Voices go with RED both ways (the statistics name Opus all the same). Who speaks has a ring.
  for (const page of [room, student!]) for (const line of await voiceLines(page)) expect(line).toMatch(/ 63 111$/)
  await student!.locator('[data-voice="true"] video[data-pane="guest-0"]').waitFor({ state: 'attached', timeout: 20_000 })
  await shot(student!, 'codec-speaking')
  await take.click()
}, 240_000)
