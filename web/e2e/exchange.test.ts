// A school's own timetable comes in as the office keeps it, is corrected and imported; planning then keeps clear of it; lists and files go in and out.
import { readFileSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { api, desktop, fits, launch, phone, shot, signIn } from './browser.ts'
import { House } from './house.ts'

const house = new House()
let browser: Browser, sun: Page

beforeAll(async () => {
  browser = await launch()
  await house.start()
  sun = await signIn(browser, house, 'sun', '/schools/qingshan')
})
afterAll(async () => {
  await browser?.close()
  await house.stop()
})

const both = async (page: Page, name: string) => {
  await shot(page, name)
  await page.setViewportSize(phone)
  await shot(page, `${name}-phone`)
  expect(await fits(page), name).toBe(true)
  await page.setViewportSize(desktop)
}
const csv = (name: string, ...rows: string[]) => ({ name, mimeType: 'text/csv', buffer: Buffer.from(rows.join('\r\n')) })
const put = (page: Page, file: ReturnType<typeof csv>) => page.locator('input[type=file]').setInputFiles(file)
const on = (page: Page) => page.getByRole('button', { name: '下一步' }).click()

const head = ['青山小学课程表,,,,,', '年级班,星期,节次,单双周,课程,任课教师']
const good = ['三（１）班,周一,第５节,,科学,林老师', '三(1)班,礼拜三,6-7,单周,美术,何静']
const bad = ['三(1)班,周一,5,双周,音乐,', '三(1)班,某天,第9节,,体育,']

test('a timetable is read, its faults are told, and it is imported', async () => {
  await sun.getByRole('region', { name: '校内课表' }).getByRole('link', { name: '导入课表' }).click()
  await sun.getByRole('heading', { name: '导入校内课表' }).waitFor()
  await both(sun, 'import-file')
  await put(sun, csv('课表.csv', ...head, ...good, ...bad))
  await sun.getByText('表头（含标题）有几行').waitFor()
  const first = sun.getByRole('combobox', { name: '第 1 列是' })
  expect(await first.locator('xpath=ancestor::th').innerText()).toContain('不导入')
  await first.click()
  await sun.locator('.ant-select-item-option').filter({ hasText: '班级' }).click()
  await both(sun, 'import-columns')
  await on(sun)
  await sun.getByText('有 2 行要先改好，才能导入。').waitFor()
  await sun.getByText('同一个班这个时间在第 3 行已有《科学》').waitFor()
  await sun.getByText('看不懂星期“某天”，请写周一至周日').waitFor()
  expect(await sun.getByText('系统里没有教师“何静”，只保留姓名').count()).toBe(2)
  expect(await sun.getByRole('button', { name: '确定导入' }).isDisabled()).toBe(true)
  await both(sun, 'import-bad')

  await sun.getByRole('button', { name: '上一步' }).click()
  await sun.getByRole('button', { name: '上一步' }).click()
  await put(sun, csv('课表.csv', head[0]!, head[1]!.replace('年级班', '班级'), ...good))
  await on(sun)
  await sun.getByText('新增 3 节，不变 0 节，删除 0 节。').waitFor()
  await both(sun, 'import-good')
  await sun.getByRole('button', { name: '确定导入' }).click()
  await sun.getByText('1 个班，每周共 3 节').waitFor()
  await both(sun, 'import-done')
})

test('planning keeps clear of it', async () => {
  const wang = await signIn(browser, house, 'wang', '/schedule')
  const query = '/api/slots?lead=minghu&partners=qingshan&classes=qingshan-3-1&weeks=every'
  const monday = async (more = '') => (await api(wang, query + more)).body.slots.find((s: { weekday: number; start: string }) => s.weekday === 1 && s.start === '14:00')
  expect((await monday()).free).toBe(false)
  expect((await monday()).clashes[0]).toMatchObject({ lesson: '', title: '科学 · 三年级1班' })
  expect((await monday(`&subject=${encodeURIComponent('科学')}`)).free).toBe(true)
  await wang.getByRole('region', { name: '校内课表' }).getByRole('link', { name: '青山小学', exact: true }).waitFor()
  expect(await wang.getByRole('link', { name: '青山小学 各班' }).getAttribute('href')).toMatch(/qingshan.week\?of=classes&date=/)
  await both(wang, 'schedule-week-file')
  await wang.context().close()
})

test('what is exported can be imported again and brings nothing new', async () => {
  await sun.getByRole('button', { name: '导出' }).click()
  const [download] = await Promise.all([sun.waitForEvent('download'), sun.getByRole('menuitem', { name: 'Excel 清单' }).click()])
  expect(download.suggestedFilename()).toBe('青山小学课表.xlsx')
  const buffer = readFileSync(await download.path())
  await sun.getByRole('link', { name: '导入课表' }).click()
  await put(sun, { name: 'again.xlsx', mimeType: 'application/octet-stream', buffer })
  await on(sun)
  await sun.getByText('文件里的内容都已经有了，不需要导入。').waitFor()
  await sun.getByRole('link', { name: '青山小学' }).click()
})

test('a list of teachers gives accounts with first passwords', async () => {
  await sun.getByRole('link', { name: '导入教师名单' }).click()
  await put(sun, csv('教师.csv', '姓名,工号,角色', '何静,h1001,主讲教师', '周明,h1002,助教'))
  await on(sun)
  await sun.getByText('新增 2 条，更新 0 条，不变 0 条。').waitFor()
  await both(sun, 'import-teachers')
  await sun.getByRole('button', { name: '确定导入' }).click()
  await sun.getByRole('heading', { name: '新建了 2 个账号' }).waitFor()
  const [login, password] = await sun.locator('.import-accounts tbody tr').first().locator('td').allInnerTexts().then((t) => t.slice(1))
  await shot(sun, 'import-accounts')
  expect((await api(sun, '/api/schools/qingshan/timetable')).body.lessons.filter((l: { teacher: string; teacherId?: string }) => l.teacher === '何静' && l.teacherId).length).toBe(2)
  const signed = await fetch(`${house.url}/api/session`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ login, password }) })
  expect(signed.status).toBe(200)
  await sun.getByRole('link', { name: '已保存，返回学校' }).click()
})

test('a person and a room have calendars of their own', async () => {
  const rooms = sun.getByRole('region', { name: '教室日历' })
  await rooms.getByRole('button', { name: '三年级互动教室 生成订阅地址' }).click()
  const address = await rooms.getByRole('textbox', { name: '三年级互动教室 日历地址' }).inputValue()
  await rooms.scrollIntoViewIfNeeded()
  await both(sun, 'room-calendars')
  const feed = await (await fetch(house.url + new URL(address).pathname)).text()
  expect(feed).toContain('三年级数学')

  const chen = await signIn(browser, house, 'chen', '/schedule')
  const mine = chen.getByRole('region', { name: '我的日历' })
  await mine.getByRole('button', { name: '生成订阅地址' }).click()
  const own = await mine.getByRole('textbox', { name: '我的日历' }).inputValue()
  expect((await fetch(house.url + new URL(own).pathname)).status).toBe(200)
  await mine.scrollIntoViewIfNeeded()
  await both(chen, 'my-calendar')
  await mine.getByRole('button', { name: '更换地址' }).click()
  await chen.locator('.ant-popconfirm').getByRole('button', { name: '更换地址' }).click()
  await chen.waitForFunction((old) => document.querySelector<HTMLInputElement>('[aria-label="我的日历"] input')?.value !== old, own)
  expect((await fetch(house.url + new URL(own).pathname)).status).toBe(404)
  await chen.context().close()
})
