// A school's own contract: the coordinator sets it on the school's page, the school's administrator reads it, and real Chromium in the school's
// classroom keeps to it: the server's cap (REMB) is obeyed.
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { api, bigScreen, fits, launch, phone, shot, signIn } from './browser.ts'
import { ruralClassroom } from './films.ts'
import { House, type Lesson, until } from './house.ts'

const house = new House()
let people: Browser, classroom: Browser
let lesson: Lesson
let wang: Page

beforeAll(async () => {
  ;[people, classroom] = await Promise.all([launch(), launch(ruralClassroom())])
  await house.start()
  lesson = await house.liveLesson()
  wang = await signIn(people, house, 'wang', '/schools/qingshan')
})
afterAll(async () => {
  await Promise.all([people?.close(), classroom?.close()])
  await house.stop()
})

const card = (page: Page) => page.getByRole('region', { name: '线路合同带宽' })

// setUp fills in what the school may send, Mbit/s.
async function setUp(page: Page, mbps: string): Promise<void> {
  const saved = page.waitForResponse((r) => r.url().endsWith('/contract') && r.request().method() === 'PUT')
  await card(page).getByLabel('上行').fill(mbps)
  await card(page).getByRole('button', { name: /保\s*存/ }).click()
  expect((await saved).status()).toBe(200)
}

test('the coordinator sets what the line carries, the administrator of the school reads it', async () => {
  await card(wang).getByLabel('上行').fill('0.1')
  await card(wang).getByText('请填 0.256 到 1000 之间的数。').waitFor()
  await setUp(wang, '1.5')
  await wang.getByText('合同带宽已保存').waitFor()
  await wang.reload()
  expect(await card(wang).getByLabel('上行').inputValue()).toBe('1.5')
  expect((await api(wang, '/api/schools/qingshan')).body).toMatchObject({ upKbps: 1500 })
  await shot(wang, 'contract')
  await wang.setViewportSize(phone)
  expect(await fits(wang)).toBe(true)
  await shot(wang, 'contract-phone')

  const sun = await signIn(people, house, 'sun', '/schools/qingshan')
  await card(sun).getByText('1.5 Mbit/s').waitFor()
  await card(sun).getByText('服务器默认').waitFor()
  expect(await card(sun).locator('input').count()).toBe(0)
  await shot(sun, 'contract-read')
  await sun.context().close()
})

// keepConnections lets the test look at every connection that a page makes.
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

interface Sending {
  rate: number // bit/s that leave in two seconds, RTP headers and all
  available: number // bit/s that Chromium believes it may send
  pictures: number
}

// sending tells what the page's publishing connection does; undefined while there is none.
const sending = (page: Page): Promise<Sending | undefined> =>
  page.evaluate(async () => {
    const look = async () => {
      for (const pc of (window as unknown as { connections: RTCPeerConnection[] }).connections) {
        const stats = [...(await pc.getStats()).values()]
        const out = stats.filter((s) => s.type === 'outbound-rtp')
        if (pc.connectionState !== 'connected' || out.length === 0) continue
        const sum = (key: string) => out.reduce((n, s) => n + (s[key] ?? 0), 0)
        const pair = stats.find((s) => s.type === 'candidate-pair' && s.nominated && s.state === 'succeeded')
        return { at: performance.now(), bytes: sum('bytesSent') + sum('headerBytesSent'), pictures: sum('framesSent'), available: pair?.availableOutgoingBitrate ?? 0 }
      }
    }
    const before = await look()
    await new Promise((go) => setTimeout(go, 2000))
    const after = await look()
    if (!before || !after || after.bytes < before.bytes) return
    return { rate: ((after.bytes - before.bytes) * 8000) / (after.at - before.at), available: after.available, pictures: after.pictures - before.pictures }
  })

const words = (s: Sending) => `${Math.round(s.rate / 1000)} kbit/s sent, ${Math.round(s.available / 1000)} taken to be free, ${s.pictures} pictures`

test('Chromium in the classroom keeps to the contract, also to one that changes while it sends', async () => {
  const [room, pupil] = await Promise.all([signIn(classroom, house, 'lin', '/', bigScreen), signIn(people, house, 'xiaoyu')])
  await room.addInitScript(keepConnections)
  const settles = (what: string, when: (s: Sending) => boolean) =>
    until(what, 90_000, async () => {
      const s = await sending(room)
      if (!s || !when(s)) return
      console.log(`${what}: ${words(s)}`)
      return s
    })
  await room.goto(`${house.url}/lesson/${lesson.id}?as=room`)
  await settles('1.5 Mbit/s', (s) => s.available > 600_000 && s.available <= 1_500_000)

  // The next one of the school who enters brings the new contract, and the classroom's picture gets smaller.
  await setUp(wang, '0.4')
  await pupil.goto(`${house.url}/lesson/${lesson.id}`)
  await settles('0.4 Mbit/s', (s) => s.available > 0 && s.available <= 400_000 && s.rate <= 400_000 && s.pictures > 10)
  await setUp(wang, '')
  expect((await api(wang, '/api/schools/qingshan')).body.upKbps).toBeUndefined()
  await pupil.reload()
  await settles('without a contract of its own', (s) => s.available > 600_000)
}, 360_000)
