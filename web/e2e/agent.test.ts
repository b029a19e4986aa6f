// The classroom's computer: the teacher's page on it, and how a new one is enrolled and removed.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { api, choose, desktop, field, fits, launch, phone, shot, signIn, watch } from './browser.ts'
import { House, type Lesson, top, until } from './house.ts'

const house = new House()
let browser: Browser, lesson: Lesson

beforeAll(async () => {
  browser = await launch()
  await house.start()
  lesson = await house.liveLesson()
})
afterAll(async () => {
  await browser?.close()
  await house.stop()
})

async function open(address: string): Promise<Page> {
  const page = await browser.newPage({ viewport: desktop, locale: 'zh-CN' })
  await page.goto(address)
  return page
}
const state = async (address: string) => (await fetch(`${address}/local/state`)).json()
const stateOf = (id: string) => house.lessons().find((l) => l.id === id)?.state

describe('the teacher’s page', () => {
  let page: Page
  beforeAll(async () => {
    page = await open(house.agentUrl)
  })

  test('shows the room, and the lesson on air', async () => {
    await page.getByRole('heading', { name: '录播教室一' }).waitFor()
    const now = page.getByRole('region', { name: '现在的课' })
    await now.getByText('三年级数学').first().waitFor()
    await now.getByText(/^直播中/).waitFor()
    await page.getByText('已连上服务器').waitFor()
  })

  test('shows the camera’s moving picture', async () => {
    await page.waitForFunction(() => (document.querySelector<HTMLVideoElement>('video[data-pane="preview"]')?.videoWidth ?? 0) > 0, undefined, { timeout: 20_000 })
    await until('the preview moves', 30_000, async () => (await watch(page, 'preview', 2000)).distinct > 10)
  })

  test('shows how loud the microphone is', async () => {
    const meter = page.getByRole('meter', { name: '话筒音量' })
    await until('the level bar shows speech', 30_000, async () => Number(await meter.getAttribute('aria-valuenow')) > 30)
    await page.getByText('说话时音量条应在绿色范围内跳动。').waitFor()
  })

  test('says that everything is in order', async () => {
    const checks = page.getByRole('region', { name: '自动检查' }).getByRole('listitem')
    const words = () => checks.allInnerTexts().then((all) => all.map((text) => text.replace(/\s+/g, ' ').trim()))
    await until('all checks are fine', 40_000, async () => {
      const all = await words()
      return all.length > 0 && all.every((text) => text.endsWith('正常'))
    })
    expect(await words()).toEqual(['话筒 正常', '画面 正常', '磁盘 正常', '时钟 正常', '网络 正常'])
    await shot(page, 'agent')
    await page.setViewportSize(phone)
    expect(await fits(page)).toBe(true)
    await shot(page, 'agent-phone')
    await page.setViewportSize(desktop)
  })

  test('asks before it ends the lesson', async () => {
    await page.getByRole('button', { name: '结束上课' }).click()
    await page.getByText('要结束这节课吗？所有教室都会下课。').waitFor()
    await shot(page, 'agent-stop')
    await page.getByRole('button', { name: '继续上课' }).click()
    await page.getByText('要结束这节课吗？').waitFor({ state: 'detached' })
    expect(stateOf(lesson.id)).toBe('live')
  })

  test('ends it, and does not start it again by itself', async () => {
    await page.getByRole('button', { name: '结束上课' }).click()
    await page.getByRole('group', { name: /^要结束这节课吗/ }).getByRole('button', { name: '结束上课' }).click()
    await until('the lesson has ended', 20_000, async () => stateOf(lesson.id) === 'ended')
    await page.getByRole('region', { name: '今天的课' }).getByText('已结束').first().waitFor()
    await shot(page, 'agent-after')
    const end = Date.now() + 12_000 // more than one look at the timetable
    while (Date.now() < end) {
      // Another lesson may begin meanwhile: the demo plans one at every full ten minutes.
      expect((await state(house.agentUrl)).onAir?.lesson).not.toBe(lesson.id)
      expect(stateOf(lesson.id)).toBe('ended')
      await new Promise((go) => setTimeout(go, 1000))
    }
  })
})

/** A classroom computer without cameras: the program as an administrator starts it. */
class Computer {
  readonly data = mkdtempSync(join(tmpdir(), 'tongtang-agent-'))
  private process?: ChildProcess
  output = ''

  start(code: string): void {
    const child = spawn(join(top, 'bin/classroom-agent'), ['--server', house.url, '--enrol', code, '--data', this.data, '--listen', '127.0.0.1:0'])
    this.process = child
    child.stdout.on('data', (b) => (this.output += b))
    child.stderr.on('data', (b) => (this.output += b))
  }

  /** The address of its page. */
  address = () =>
    until('the agent runs', 30_000, async () => {
      if (this.process?.exitCode !== null) throw new Error(`the agent ended: ${this.output}`)
      return /address=(http:\S+)/.exec(this.output)?.[1]?.replace(/\/$/, '')
    })
  exit = () => until('the agent ends', 30_000, async () => (this.process?.exitCode === null ? undefined : { code: this.process?.exitCode }))

  async remove(): Promise<void> {
    const child = this.process
    if (child && child.exitCode === null && child.signalCode === null) {
      const ended = new Promise((end) => child.once('exit', end))
      child.kill('SIGTERM')
      await ended
    }
    rmSync(this.data, { recursive: true, force: true, maxRetries: 5 })
  }
}

describe('a new computer', () => {
  const computer = new Computer()
  const other = new Computer()
  let wang: Page, page: Page, code: string, address: string

  beforeAll(async () => {
    wang = await signIn(browser, house, 'wang', '/devices')
  })
  afterAll(() => Promise.all([computer.remove(), other.remove()]))

  const device = () => wang.getByRole('article').filter({ hasText: '录播教室二' })

  test('gets a code on the page: large, with the time that is left', async () => {
    await wang.getByRole('button', { name: '添加教室电脑' }).click()
    const dialog = wang.getByRole('dialog')
    await choose(wang, field(dialog, '放在哪间教室'), '录播教室二')
    await dialog.getByRole('button', { name: '生成登记码' }).click()
    const figures = dialog.locator('output')
    expect(await figures.innerText()).toMatch(/^\d{4} \d{4}$/)
    expect(await figures.evaluate((e) => parseFloat(getComputedStyle(e).fontSize))).toBeGreaterThanOrEqual(36)
    const left = dialog.getByRole('timer')
    const before = await left.innerText()
    expect(before).toMatch(/有效期还剩.*23/)
    await until('the time runs', 10_000, async () => (await left.innerText()) !== before)
    code = (await figures.innerText()).replace(' ', '')
    await dialog.getByText(`--enrol ${code}`).waitFor()
    await shot(wang, 'device-code')
    await wang.setViewportSize(phone)
    expect(await fits(wang)).toBe(true)
    await shot(wang, 'device-code-phone')
    await wang.setViewportSize(desktop)
    await dialog.getByRole('button', { name: 'Close' }).or(dialog.getByRole('button', { name: '关闭' })).click()
  })

  test('with a wrong code ends with a sentence', async () => {
    other.start(code === '12345678' ? '87654321' : '12345678')
    expect(await other.exit()).toEqual({ code: 1 })
    expect(other.output).toContain('登记码不对')
    expect(other.output).not.toContain('goroutine')
  })

  test('is enrolled with the code, and appears on the page', async () => {
    computer.start(code)
    address = await computer.address()
    await device().getByText('在线', { exact: true }).waitFor({ timeout: 40_000 })
    await shot(wang, 'devices')
    page = await open(address)
    await page.getByRole('heading', { name: '录播教室二' }).waitFor()
    await shot(page, 'agent-without-camera')
    await page.close()
  })

  test('is the only one that this code enrols', async () => {
    other.output = ''
    other.start(code)
    expect(await other.exit()).toEqual({ code: 1 })
    expect(other.output).toContain('登记码已过期，或者已经用过')
  })

  test('is told when it was removed', async () => {
    await device().getByRole('button', { name: '移除' }).click()
    await wang.getByRole('dialog').getByRole('button', { name: '移除' }).click()
    await device().waitFor({ state: 'detached' })
    await until('the agent knows', 40_000, async () => (await state(address)).server.problem === 'key-refused')
    page = await open(address)
    await page.getByText('服务器不再认可这台电脑').waitFor()
    await shot(page, 'agent-refused')
  })

  test('is enrolled again on its own page', async () => {
    const { body } = await api(wang, '/api/devices/enrolment', { room: 'minghu-studio-2' })
    const form = page.getByRole('form', { name: '登记这台电脑' })
    expect(await field(form, '服务器地址').inputValue()).toBe(house.url)
    const enrol = async (digits: string) => {
      await field(form, '登记码（8 位数字）').fill(digits)
      await form.getByRole('button', { name: '登记' }).click()
    }
    await enrol(code)
    await form.getByText('登记码已过期，或者已经用过').waitFor()
    await page.setViewportSize(phone)
    expect(await fits(page)).toBe(true)
    await shot(page, 'agent-enrol-phone')
    await page.setViewportSize(desktop)
    await enrol(body.code.replace(/^(\d{4})/, '$1 ')) // as it is read out
    await form.waitFor({ state: 'detached' })
    await page.getByRole('heading', { name: '录播教室二' }).waitFor()
    await page.getByRole('region', { name: '自动检查' }).waitFor()
    await device().waitFor({ timeout: 40_000 })
    await page.close()
  })
})
