// Networks that let little through: UDP blocked, and no way but a relay. The lesson is seen all the same, and the page says how it comes.
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launch, shot, signIn, watch } from './browser.ts'
import { House, type Lesson, freePort, until } from './house.ts'

const house = new House()
let lesson: Lesson
const browsers: Browser[] = []

beforeAll(async () => {
  house.env = { TONGTANG_TURN_LISTEN: `127.0.0.1:${await freePort()}` }
  await house.start()
  lesson = await house.liveLesson()
})
afterAll(async () => {
  await Promise.all(browsers.map((b) => b.close()))
  await house.stop()
})

async function student(flags: string[], before?: (page: Page) => Promise<unknown>): Promise<Page> {
  const browser = await launch(undefined, flags)
  browsers.push(browser)
  const page = await signIn(browser, house, 'xiaoyu')
  await before?.(page)
  await page.goto(`${house.url}/lesson/${lesson.id}`)
  return page
}

const moves = (page: Page) =>
  until('the lecturer moves', 40_000, async () => (await watch(page, 'lecturer', 2000).catch(() => ({ distinct: 0 }))).distinct > 20)
const route = (page: Page) => page.locator('.ls-connection [data-route]').getAttribute('data-route', { timeout: 20_000 })
const figures = async () => (await fetch(`${house.url}/metrics`)).text()
const relays = (text: string) => Number(/^tongtang_sfu_turn_relays (\d+)/m.exec(text)?.[1])

test('a browser whose UDP is blocked sees the lesson over TCP', async () => {
  const page = await student(['--webrtc-ip-handling-policy=disable_non_proxied_udp'], blockTURN)
  await moves(page)
  expect(await route(page)).toBe('tcp')
  await page.getByText('经 TCP').waitFor()
  await shot(page, 'reach-tcp')
})

test('a browser that has no way but the relay sees the lesson through it', async () => {
  const page = await student([], relayOnly)
  await moves(page)
  expect(await route(page)).toBe('relay')
  await page.getByText('经中继').waitFor()
  expect(relays(await figures())).toBeGreaterThan(0)
  await shot(page, 'reach-relay')
})

test('who needs neither goes straight, and past pion', async () => {
  const page = await student([])
  await moves(page)
  expect(await page.locator('.ls-connection [data-route]').count()).toBe(0)
  await until('one viewer is served by the fast path', 10_000, async () => /^tongtang_sfu_viewers_direct [1-9]/m.test(await figures()))
})

// The page's own code is not changed: only what the browser may use.
const relayOnly = (page: Page) =>
  page.addInitScript(() => {
    const Real = RTCPeerConnection
    window.RTCPeerConnection = class extends Real {
      constructor(c?: RTCConfiguration) {
        super({ ...c, iceTransportPolicy: 'relay' })
      }
    }
  })
const blockTURN = (page: Page) =>
  page.addInitScript(() => {
    const Real = RTCPeerConnection
    window.RTCPeerConnection = class extends Real {
      constructor(c?: RTCConfiguration) {
        super({ ...c, iceServers: [] })
      }
      override setConfiguration(c?: RTCConfiguration) {
        super.setConfiguration({ ...c, iceServers: [] })
      }
    }
  })
