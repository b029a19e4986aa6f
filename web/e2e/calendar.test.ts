// A school's own calendar and the district's defaults: the term as a picture, a day decided with its effect on planned lessons, bells by season.
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { day, longDay, plusDays } from '../src/ui/time.ts'
import { api, choose, field, fits, launch, phone, shot, signIn } from './browser.ts'
import { schoolDay } from './days.ts'
import { House } from './house.ts'

const house = new House()
let browser: Browser, wang: Page, sun: Page
// The next Thursday but one: a lesson of the demo's course, and no holiday.
const thursday = schoolDay(8, 4)
const cell = (page: Page, date: string) => page.locator(`[data-date="${date}"]`)

interface Dated { id: string; state: string; start: string; extra: boolean }
const lesson = async (): Promise<Dated | undefined> => {
  const [course] = (await api(wang, '/api/courses')).body.courses
  const { dated } = (await api(wang, `/api/courses/${course.id}`)).body as { dated: Dated[] }
  return dated.find((l) => day(l.start) === thursday && !l.extra)
}

beforeAll(async () => {
  browser = await launch()
  await house.start()
  wang = await signIn(browser, house, 'wang', '/areas/minghu-county')
  sun = await signIn(browser, house, 'sun', '/schools/qingshan')
})
afterAll(async () => {
  await browser?.close()
  await house.stop()
})

describe('the calendar', () => {
  test('shows the term as a picture', async () => {
    const grid = sun.getByRole('grid', { name: '校历' })
    await grid.waitFor()
    expect(await grid.getByRole('row').count()).toBeGreaterThan(20)
    await grid.getByRole('button', { name: /元旦/ }).or(grid.getByRole('button', { name: /劳动节/ })).first().waitFor()
    expect(await fits(sun)).toBe(true)
    await shot(sun, 'calendar')
    await sun.setViewportSize(phone)
    expect(await fits(sun)).toBe(true)
    await shot(sun, 'calendar-phone')
    await sun.setViewportSize({ width: 1366, height: 768 })
  })

  test('the district decides a day, told first what it does to lessons', async () => {
    const before = await lesson()
    await cell(wang, thursday).click()
    const dialog = wang.getByRole('dialog')
    await dialog.getByRole('radio', { name: '放假' }).check()
    await dialog.getByRole('textbox', { name: /说明/ }).fill('运动会')
    await dialog.getByRole('button', { name: /保\s*存/ }).click()
    await dialog.getByText('这项修改会影响已排的课：1 节取消').waitFor()
    await dialog.getByText('明湖实验小学当天不上课（运动会）').waitFor()
    await shot(wang, 'calendar-effect')
    expect((await lesson())?.state).toBe('planned')
    await dialog.getByRole('button', { name: '确认修改' }).click()
    await dialog.waitFor({ state: 'detached' })
    expect(await lesson()).toMatchObject({ id: before!.id, state: 'cancelled' })
    await shot(wang, 'calendar-area')
  })

  test('the school sees whose decision it is, and makes its own', async () => {
    await sun.reload()
    await cell(sun, thursday).focus()
    await sun.keyboard.press('Enter')
    const dialog = sun.getByRole('dialog', { name: new RegExp(longDay(thursday, 'zh')) })
    await dialog.getByText('明湖县').waitFor()
    await shot(sun, 'calendar-day')
    await dialog.getByRole('radio', { name: '照常上课' }).check()
    await dialog.getByRole('button', { name: /保\s*存/ }).click()
    await dialog.waitFor({ state: 'detached' })
    await sun.locator(`[data-date="${thursday}"][data-by="own"]`).waitFor()
    expect((await lesson())?.state).toBe('cancelled') // the lead school does not teach
    await cell(wang, thursday).click()
    const again = wang.getByRole('dialog')
    await again.getByRole('radio', { name: '按默认' }).check()
    await again.getByRole('button', { name: /保\s*存/ }).click()
    await again.getByText('1 节恢复').waitFor()
    await again.getByRole('button', { name: '确认修改' }).click()
    await again.waitFor({ state: 'detached' })
    expect((await lesson())?.state).toBe('planned')
  })

  test('bells of a season move lessons, or say why they cannot be held', async () => {
    await sun.getByRole('button', { name: '新增作息' }).click()
    const dialog = sun.getByRole('dialog')
    await dialog.getByRole('textbox', { name: '名称' }).fill('冬季作息')
    await dialog.getByRole('textbox', { name: '从' }).fill(thursday)
    await sun.keyboard.press('Enter')
    const fifth = dialog.getByRole('group', { name: '第五节' })
    await fifth.getByRole('textbox', { name: '开始' }).fill('14:05')
    await fifth.getByRole('textbox', { name: '结束' }).fill('1445')
    await fifth.getByRole('textbox', { name: '结束' }).blur()
    await dialog.getByRole('button', { name: /保\s*存/ }).click()
    await dialog.getByText(/这项修改会影响已排的课：\d+ 节取消/).waitFor()
    await dialog.getByText(new RegExp(`青山小学自 ${thursday} 起实行“冬季作息”：第 5 节14:05 才开始，与明湖实验小学只有 35 分钟共同时间，需要 40 分钟`)).first().waitFor()
    await shot(sun, 'calendar-bells')
    await dialog.getByRole('button', { name: '返回修改' }).click()
    await fifth.getByRole('textbox', { name: '开始' }).fill('14:00')
    await fifth.getByRole('textbox', { name: '结束' }).fill('14:40')
    await dialog.getByRole('button', { name: /保\s*存/ }).click()
    await dialog.waitFor({ state: 'detached' })
    await sun.getByRole('region', { name: '作息时间' }).getByText('冬季作息').waitFor()
    await sun.locator(`[data-date="${thursday}"][data-bells]`).waitFor()
    await shot(sun, 'calendar-season')
  })

  test('a holiday file becomes the default, once it is decided what the make-up day follows', async () => {
    const sunday = plusDays(thursday, 3)
    const file = { days: [{ date: thursday, name: '校庆日', isOffDay: true }, { date: sunday, name: '校庆日', isOffDay: false }, { date: '2099-10-01', name: '国庆节', isOffDay: true }] }
    await wang.getByRole('link', { name: '导入节假日文件' }).click()
    await wang.locator('input[type=file]').setInputFiles({ name: 'holidays.json', mimeType: 'application/json', buffer: Buffer.from(JSON.stringify(file)) })
    await wang.getByText('新增 2 天，变化 0 天，不变 0 天。').waitFor()
    await wang.getByText(/也写入学期外的 1 天/).waitFor()
    await wang.getByText('还有 1 个调休上班日等您决定。').waitFor()
    expect(await wang.getByRole('button', { name: '确定导入' }).isDisabled()).toBe(true)
    await wang.getByRole('button', { name: `采用 ${sunday} 的建议` }).click()
    await shot(wang, 'holidays')
    await wang.setViewportSize(phone)
    await wang.getByRole('columnheader', { name: '现在' }).waitFor({ state: 'detached' }) // a phone has no room for it
    expect(await fits(wang)).toBe(true)
    await shot(wang, 'holidays-phone')
    await wang.setViewportSize({ width: 1366, height: 768 })
    await wang.getByRole('button', { name: '确定导入' }).click()
    await wang.getByText('明湖实验小学当天不上课（校庆日）').waitFor()
    expect((await lesson())?.state).toBe('planned')
    await wang.getByRole('button', { name: '确认修改' }).click()
    await wang.locator(`[data-date="${sunday}"]`).getByText('按周四').waitFor()
    expect((await lesson())?.state).toBe('cancelled')
  })

  test('the district decides by what is matched', async () => {
    const rules = wang.getByRole('region', { name: '撮合与排课规则' })
    await rules.getByText('现在按系统默认，保存后改用自己的。').waitFor()
    await field(rules, '一节课最多几间听课教室').fill('2')
    await field(rules, '距离').fill('20')
    await choose(wang, rules.getByRole('combobox'), '小画面')
    await rules.getByText('占 17%').waitFor()
    await rules.getByRole('button', { name: /保\s*存/ }).click()
    await rules.getByText('本级已自定规则。').waitFor()
    await shot(wang, 'policy')
    const { body } = await api(wang, '/api/areas/minghu-county/policy')
    expect(body).toMatchObject({ own: true, rooms: 2, picture: 'small', weights: { distance: 20, slots: 22 }, default: { rooms: 3 } })
  })
})
