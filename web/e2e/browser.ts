// Chromium as a person uses it: sign in, find controls by their names, look at the pictures that move.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Browser, type BrowserContext, chromium, type Locator, type Page } from 'playwright-core'
import { type House, top, until } from './house.ts'

const flags = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync',
  '--autoplay-policy=no-user-gesture-required', '--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream', '--disable-features=WebRtcHideLocalIpsWithMdns',
]

export interface Look {
  width: number
  height: number
}
export const desktop: Look = { width: 1366, height: 768 }
export const phone: Look = { width: 390, height: 844 }
export const bigScreen: Look = { width: 1920, height: 1080 }

// launch starts a browser; film (MJPEG) and voice (WAV) are what its camera and microphone give; more are further flags of Chromium, and program
// starts it in another place than here.
export function launch(camera?: { film: string; voice: string }, more: string[] = [], program = '/usr/bin/chromium'): Promise<Browser> {
  const args = [...flags, ...more]
  if (camera) args.push(`--use-file-for-fake-video-capture=${camera.film}`, `--use-file-for-fake-audio-capture=${camera.voice}`)
  return chromium.launch({ executablePath: program, args })
}

// signIn opens a page of one person, in a context of its own.
export async function signIn(browser: Browser, house: House, login: string, path = '/', look: Look = desktop): Promise<Page> {
  const context: BrowserContext = await browser.newContext({ viewport: look, locale: 'zh-CN', permissions: ['camera', 'microphone'] })
  const page = await context.newPage()
  page.on('pageerror', (e) => console.error(`${login}: ${e.message}`))
  await page.goto(house.url + path)
  await page.getByRole('textbox', { name: /用户名|账号|Login/i }).fill(login)
  await page.locator('input[type=password]').fill('tongtang-demo')
  await page.getByRole('button', { name: /登\s*录/ }).click()
  await page.locator('input[type=password]').waitFor({ state: 'detached' })
  return page
}

// api asks the server as the page's person; a change of what others change too is based on a version.
export function api(page: Page, path: string, body?: unknown, method?: string, version?: number): Promise<{ status: number; body: any }> {
  return page.evaluate(async ({ path, body, method, version }) => {
    const headers: Record<string, string> = body ? { 'Content-Type': 'application/json' } : { 'X-Tongtang': '1' }
    if (version) headers['If-Match'] = `"${version}"`
    const r = await fetch(path, { method: method ?? (body ? 'POST' : 'GET'), headers, body: body ? JSON.stringify(body) : undefined })
    return { status: r.status, body: await r.json().catch(() => null) }
  }, { path, body, method, version })
}

// choose opens a drop-down list, takes the entry that holds the text, and closes the list. A list that is drawn anew under the pointer may miss
// the tap, as it would a person's: then it is tapped again.
export async function choose(page: Page, list: Locator, text: string): Promise<void> {
  const control = list.locator('xpath=ancestor::*[contains(concat(" ", @class, " "), " ant-select ")][1]')
  await until(`${text} is chosen`, 30_000, async () => {
    const isOpen = async () => (await list.getAttribute('aria-expanded')) === 'true'
    if (!(await isOpen())) await list.click()
    // Other lists may still be closing: this one is known by the name that the control gives it.
    const own = page.locator('.ant-select-dropdown', { has: page.locator(`[id="${await list.getAttribute('aria-controls')}"]`) })
    const tapped = await own.locator('.ant-select-item-option').filter({ hasText: text }).first().click({ timeout: 3000 }).then(() => true, () => false)
    const chosen = tapped && (await control.filter({ hasText: text }).waitFor({ timeout: 3000 }).then(() => true, () => false))
    if (chosen && (await isOpen())) await list.press('Escape')
    return chosen
  })
}

// field is the control below a label's words.
export function field(within: Page | Locator, label: string): Locator {
  const page = 'page' in within ? within.page() : within
  return within.locator('label', { has: page.getByText(label, { exact: true }) }).locator('input, textarea').first()
}

// scroll scrolls a box step by step, a picture for each, and tells what the page itself does for a step, ms: in the time of its own thread, so that
// other programs on the machine do not count.
export async function scroll(box: Locator, steps: number, pixels: number): Promise<{ script: number; layout: number; all: number }> {
  const cdp = await box.page().context().newCDPSession(box.page())
  await cdp.send('Performance.enable', { timeDomain: 'threadTicks' })
  const spent = async () => Object.fromEntries((await cdp.send('Performance.getMetrics')).metrics.map((m) => [m.name, m.value]))
  const before = await spent()
  await box.evaluate(async (el, { steps, pixels }) => {
    for (let i = 0; i < steps; i++) {
      el.scrollTop += pixels
      await new Promise((go) => requestAnimationFrame(go))
    }
  }, { steps, pixels })
  const after = await spent()
  await cdp.detach()
  const ms = (name: string) => ((after[name]! - before[name]!) * 1000) / steps
  return { script: ms('ScriptDuration'), layout: ms('LayoutDuration') + ms('RecalcStyleDuration'), all: ms('TaskDuration') }
}

// fits tells whether the page needs no sideways scrolling.
export const fits = (page: Page): Promise<boolean> => page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)

const shots = process.env.TONGTANG_SHOTS ?? join(top, 'e2e-artifacts')

// shot keeps a screenshot for people to look at.
export async function shot(page: Page, name: string): Promise<void> {
  mkdirSync(shots, { recursive: true })
  await page.screenshot({ path: join(shots, `${name}.png`) })
}

export interface Frames {
  count: number // frames presented while watching
  distinct: number // of them with other pixels than the frame before
  delays: number[] // ms from the camera to the canvas, of every frame whose code could be read
}

// watch looks at one pane for a while: do its pictures move, and how old are they? The demo film carries a frame code (cmd/tongtang/film/lesson.html)
// and the demo camera plays it bound to the wall clock, so a frame's number tells when the camera sent it.
export function watch(page: Page, pane: string, ms: number): Promise<Frames> {
  return page.evaluate(async ({ pane, ms }) => {
    const video = document.querySelector<HTMLVideoElement>(`video[data-pane="${pane}"]`)
    if (!video) throw new Error(`there is no pane ${pane}`)
    const fps = 25, frames = 1200, cell = 24, height = 16
    const canvasOf = (width: number, height: number) => {
      const canvas = Object.assign(document.createElement('canvas'), { width, height })
      return canvas.getContext('2d', { willReadFrequently: true })!
    }
    const strip = canvasOf(16 * cell, height)
    const thumbnail = canvasOf(64, 36)
    const seen: Frames = { count: 0, distinct: 0, delays: [] }
    let last = ''
    // The code is read at the middle of each cell.
    const code = () => {
      const bits: number[] = []
      for (let i = 0; i < 16; i++) {
        const at = strip.getImageData(i * cell + 8, 6, 8, 4).data
        let sum = 0
        for (let p = 1; p < at.length; p += 4) sum += at[p] ?? 0
        bits.push(sum / (at.length / 4) > 128 ? 1 : 0)
      }
      const number = bits.slice(2, 14).reduce((a, b) => a * 2 + b, 0)
      const parity = bits.slice(2, 14).reduce((a, b) => a ^ b, 0)
      return bits[0] === 1 && bits[1] === 0 && bits[14] === parity && bits[15] === 1 && number < frames ? number : undefined
    }
    const end = performance.now() + ms
    while (performance.now() < end) {
      const presented = await Promise.race([
        new Promise<boolean>((go) => video.requestVideoFrameCallback(() => go(true))),
        new Promise<boolean>((go) => setTimeout(() => go(false), end - performance.now())),
      ])
      if (!presented) break
      const now = Date.now()
      const scale = video.videoWidth / 1280
      strip.drawImage(video, 0, video.videoHeight - height * scale, 16 * cell * scale, height * scale, 0, 0, 16 * cell, height)
      thumbnail.drawImage(video, 0, 0, 64, 36)
      seen.count++
      const picture = thumbnail.getImageData(0, 0, 64, 36).data.join()
      if (picture !== last) seen.distinct++
      last = picture
      const frame = code()
      if (frame !== undefined) {
        const loop = (frames / fps) * 1000
        seen.delays.push((((now - (frame * 1000) / fps) % loop) + loop) % loop)
      }
    }
    return seen
  }, { pane, ms })
}

// loudness measures what an element plays: the highest RMS (0–1) within some time.
export function loudness(page: Page, selector: string, ms: number): Promise<number> {
  return page.evaluate(async ({ selector, ms }) => {
    const element = document.querySelector<HTMLMediaElement & { captureStream(): MediaStream }>(selector)
    if (!element) throw new Error(`there is no ${selector}`)
    const context = new AudioContext()
    const stream = element.captureStream() // what it plays, not what it was given
    const analyser = context.createAnalyser()
    context.createMediaStreamSource(new MediaStream(stream.getAudioTracks())).connect(analyser)
    const samples = new Float32Array(analyser.fftSize)
    let loudest = 0
    const end = performance.now() + ms
    while (performance.now() < end) {
      await new Promise((go) => setTimeout(go, 50))
      analyser.getFloatTimeDomainData(samples)
      loudest = Math.max(loudest, Math.sqrt(samples.reduce((a, b) => a + b * b, 0) / samples.length))
    }
    await context.close()
    return loudest
  }, { selector, ms })
}

export const median = (xs: number[]): number => [...xs].sort((a, b) => a - b)[Math.floor(xs.length / 2)] ?? NaN
