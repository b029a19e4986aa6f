// The coordinator's path from a need to a course: candidates with reasons, a proposal, both schools and the teacher accept, and it stands on the
// timetable; which rural school has no partner; and a county's 600 needs stay fluid.
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { api, fits, launch, phone, scroll, shot, signIn } from './browser.ts'
import { House } from './house.ts'

const house = new House()
let browser: Browser, wang: Page

beforeAll(async () => {
  browser = await launch()
  await house.start()
  wang = await signIn(browser, house, 'wang', '/schedule')
})
afterAll(async () => {
  await browser?.close()
  await house.stop()
})

const needs = () => wang.getByRole('listbox', { name: '需求' })
const candidates = () => wang.getByRole('region', { name: '候选老师' })

describe('matching', () => {
  test('ranks teachers for a need, with reasons in words and figures', async () => {
    await wang.getByRole('link', { name: '结对撮合' }).click()
    await needs().getByRole('option', { name: /音乐\s*青山小学/ }).click()
    const best = candidates().getByRole('article', { name: '杨老师 · 明湖实验小学' })
    await best.getByText(/匹配度 \d+/).waitFor()
    const words = (await best.innerText()).replace(/\s+/g, ' ')
    for (const said of ['教材 版本相同', '共同时间 40 / 40 分钟', '工作量 11 / 14 节', '地域 同县', '已选 2 / 2']) expect(words).toContain(said)
    expect(await best.locator('.figures > div').count()).toBe(11)
    expect(await best.getByRole('button', { name: /^周/, pressed: true }).count()).toBe(2)
    await candidates().getByRole('article', { name: '高老师 · 明湖实验小学' }).getByText('青山小学用人教版，老师用湘艺版').waitFor()
    expect(await fits(wang)).toBe(true)
    await shot(wang, 'matching')
  })

  test('tells which bell to move, and goes by keys', async () => {
    await needs().focus()
    await wang.keyboard.press('Home')
    for (let i = 0; i < 8 && !/音乐\s*柳溪小学/.test(await needs().getByRole('option', { selected: true }).innerText()); i++) await wang.keyboard.press('ArrowDown')
    await candidates().getByText(/把柳溪小学第 \d 节起?提前 10 分钟，可有 \d+ 个共同课时/).first().waitFor()
    await shot(wang, 'matching-shift')
  })

  test('proposes; the schools and the teacher accept on their own pages; it becomes a course', async () => {
    await needs().getByRole('option', { name: /音乐\s*青山小学/ }).click()
    await candidates().getByRole('button', { name: '向两校建议' }).click()
    await wang.getByText('已建议，等待两校和老师答复').waitFor()
    await candidates().getByText('已建议，等待答复').waitFor()

    for (const [login, asks, next] of [
      ['sun', '明湖实验小学 杨老师 给本校 三年级1班 上音乐', '等待两校答复'],
      ['zhang', '本校 杨老师 给 青山小学 三年级1班 上音乐', '等待老师答复'],
      ['yang', '请您给 青山小学 三年级1班 上音乐', '已排课'],
    ] as const) {
      const page = await signIn(browser, house, login)
      const card = page.getByRole('region', { name: '请您答复' }).getByRole('article', { name: '三年级1班音乐 专递课堂' })
      await card.getByText(asks).waitFor()
      await shot(page, `matching-asks-${login}`)
      if (login === 'sun') {
        await page.setViewportSize(phone)
        expect(await fits(page)).toBe(true)
        await shot(page, 'matching-asks-phone')
      }
      await card.getByRole('button', { name: '同意', exact: true }).click()
      await card.waitFor({ state: 'detached' })
      await page.context().close()
      await wang.goto(`${house.url}/schedule/matching?view=proposals`)
      await wang.getByRole('listitem', { name: '三年级1班音乐 专递课堂' }).getByText(next, { exact: true }).waitFor()
    }
    const row = wang.getByRole('listitem', { name: '三年级1班音乐 专递课堂' })
    for (const said of ['孙校长 同意', '张校长 同意', '杨老师 同意']) await row.getByText(said).waitFor()
    await shot(wang, 'matching-proposals')
    await wang.goto(`${house.url}/schedule`)
    await wang.getByRole('region', { name: '课程' }).getByText('三年级1班音乐 专递课堂').waitFor()
  })

  test('takes a refusal with its reason', async () => {
    await wang.goto(`${house.url}/schedule/matching`)
    await needs().getByRole('option', { name: /英语\s*石桥小学/ }).click()
    await candidates().getByRole('button', { name: '向两校建议' }).click()
    await candidates().getByText('已建议，等待答复').waitFor()
    const qian = await signIn(browser, house, 'qian')
    const card = qian.getByRole('region', { name: '请您答复' })
    await card.getByRole('button', { name: '不同意' }).click()
    await card.getByRole('textbox', { name: '原因' }).fill('已请到英语老师')
    await card.getByRole('button', { name: '确定不同意' }).click()
    await card.waitFor({ state: 'detached' })
    await qian.context().close()
    await wang.goto(`${house.url}/schedule/matching?view=proposals`)
    const row = wang.getByRole('listitem', { name: '三年级1班英语 专递课堂' })
    await row.getByText('已拒绝').waitFor()
    await row.getByText('钱校长 拒绝：已请到英语老师').waitFor()
  })

  test('shows the rural school that nobody supports', async () => {
    await wang.getByText('覆盖情况').click()
    const map = wang.getByRole('region', { name: '覆盖情况' })
    await map.getByText('3 所乡村校：2 所已结对，0 所建议中，1 所还没有结对').waitFor()
    await shot(wang, 'matching-coverage')
    await map.getByRole('checkbox', { name: '只看没有结对的' }).check()
    expect(await map.getByRole('listitem').count()).toBe(1)
    await map.getByRole('button', { name: /柳溪小学/ }).click()
    await needs().getByRole('option', { name: /柳溪小学/ }).first().waitFor()
    expect(await needs().getByRole('option').count()).toBe(2)
  })

  test('a school enters a need', async () => {
    const feng = await signIn(browser, house, 'feng', '/schedule/matching')
    await feng.getByRole('button', { name: '登记需求' }).click()
    const dialog = feng.getByRole('dialog')
    const pick = async (label: string, text: string) => {
      await dialog.getByRole('combobox', { name: label }).click()
      await feng.locator('.ant-select-item-option').filter({ hasText: text }).first().click()
    }
    await pick('学校', '柳溪小学')
    await pick('班级', '四年级1班')
    await dialog.getByRole('combobox', { name: '学科' }).fill('美术')
    await feng.keyboard.press('Escape')
    await pick('教室', '四年级互动教室')
    await dialog.getByRole('group', { name: '周一' }).getByRole('button', { name: '1', exact: true }).click()
    await shot(feng, 'matching-need')
    await dialog.getByRole('button', { name: /保\s*存/ }).click()
    await feng.getByRole('option', { name: /美术\s*柳溪小学/ }).waitFor()
    const made = (await api(feng, '/api/needs')).body.needs.find((n: { subject: string }) => n.subject === '美术')
    expect(made.blocked).toEqual([{ weekday: 1, period: 1 }])
    expect(await feng.getByRole('region', { name: '候选老师' }).count()).toBe(0)

    // The coordinator changes the need while the school has it open: the school is told what, loses nothing and goes on.
    await feng.getByRole('button', { name: '修改需求 柳溪小学 美术' }).click()
    await dialog.getByRole('textbox', { name: '备注' }).fill('请上水墨画')
    const asked = { school: 'liuxi', class: 'liuxi-4-1', subject: '美术', periods: 3, room: 'liuxi-4', blocked: made.blocked }
    expect((await api(wang, `/api/needs/${made.id}`, asked, 'PUT', made.version)).status).toBe(200)
    await dialog.getByRole('button', { name: /保\s*存/ }).click()
    const told = dialog.locator('[data-code="stale"]')
    await told.getByText('刚才已有人改过').waitFor()
    expect(await told.innerText()).toMatch(/王主任.*改了需求.*每周节数：2 → 3/s)
    expect(await dialog.getByRole('textbox', { name: '备注' }).inputValue()).toBe('请上水墨画')
    await shot(feng, 'matching-stale')
    await told.getByRole('button', { name: '仍按我的改' }).click()
    await dialog.waitFor({ state: 'detached' })
    const now = (await api(feng, '/api/needs')).body.needs.find((n: { id: string }) => n.id === made.id)
    expect([now.note, now.periods, now.version]).toEqual(['请上水墨画', 2, 3])
    await feng.context().close()
  })

  test('stays fluid with 600 needs, in English too', async () => {
    for (let from = 0; from < 600; from += 100) {
      const made = await wang.evaluate(async (from) => {
        const send = (i: number) => fetch('/api/needs', {
          method: 'POST', headers: { 'Content-Type': 'application/json', 'X-Tongtang': '1' },
          body: JSON.stringify({ school: 'liuxi', class: 'liuxi-4-1', subject: `校本${i}`, periods: 1, room: 'liuxi-4' }),
        }).then((r) => r.status)
        return Promise.all(Array.from({ length: 100 }, (_, i) => send(from + i)))
      }, from)
      expect(new Set(made)).toEqual(new Set([200]))
    }
    await wang.goto(`${house.url}/schedule/matching`)
    await needs().getByRole('option').first().waitFor()
    expect(Number(await needs().getByRole('option').first().getAttribute('aria-setsize'))).toBeGreaterThanOrEqual(600)
    expect(await needs().getByRole('option').count()).toBeLessThan(40)
    const step = await scroll(needs(), 60, 400)
    console.log(`scrolling 600 needs, each step: ${step.script.toFixed(1)} ms of script, ${step.layout.toFixed(1)} ms of layout, ${step.all.toFixed(1)} ms in all`)
    expect(step.script + step.layout).toBeLessThan(16)
    await needs().focus()
    await wang.keyboard.press('End')
    await needs().getByRole('option', { selected: true }).waitFor()
    await wang.getByRole('button', { name: 'English' }).click()
    await wang.getByRole('heading', { name: 'Matching' }).waitFor()
    await shot(wang, 'matching-english')
    expect((await api(wang, '/api/needs')).body.needs.length).toBeGreaterThanOrEqual(600)
  })
})
