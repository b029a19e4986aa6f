// Changes of dated lessons on the timetable: dragged with the pointer and moved with the keyboard, what clashes and what is free, undo; a substitute, a
// cancelled lesson that is made up for; two coordinators at once; and every room of the county.
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { day, plusDays, weekday } from '../src/ui/time.ts'
import { api, choose, desktop, fits, launch, phone, scroll, shot, signIn } from './browser.ts'
import { House, until } from './house.ts'

interface Dated {
  id: string
  title: string
  state: string
  start: string
  movedFrom?: string
  version: number
  reason?: string
  rooms: { period?: { no: number } }[]
  lecturer: { id: string }
  insteadOf?: { id: string }
  replaces?: { id: string }
  replacedBy?: { id: string }
}

const house = new House()
let browser: Browser, wang: Page
let lesson: Dated // planned, in a week whose lessons all lie in the future

const get = async (id: string): Promise<Dated> => (await api(wang, `/api/lessons/${id}`)).body
const monday = (d: string) => plusDays(d, 1 - weekday(d))
const block = (page: Page, id: string) => page.locator(`.week button[data-lesson="${id}"]`)

/** showWeek opens the schedule at the week of a day that is in one of the next. */
async function showWeek(page: Page, of: string): Promise<void> {
  await page.goto(`${house.url}/schedule`)
  for (let at = monday(day(Date.now())); at < monday(of); at = plusDays(at, 7)) await page.getByRole('button', { name: '下一周' }).click()
  await page.locator('.week').waitFor()
}

beforeAll(async () => {
  browser = await launch()
  await house.start()
  await house.liveLesson()
  wang = await signIn(browser, house, 'wang', '/schedule')
  const next = plusDays(monday(day(Date.now())), 7)
  const found: Dated[] = (await api(wang, `/api/lessons?from=${next}&to=${plusDays(next, 13)}`)).body.lessons
  lesson = found.find((l) => l.state === 'planned' && l.rooms.every((r) => r.period))!
})
afterAll(async () => {
  await browser?.close()
  await house.stop()
})

describe('a lesson', () => {
  test('is dragged to another slot; free slots and clashes show while it is dragged', async () => {
    await showWeek(wang, day(lesson.start))
    await shot(wang, 'grid')
    await block(wang, lesson.id).scrollIntoViewIfNeeded()
    const from = (await block(wang, lesson.id).boundingBox())!
    await wang.mouse.move(from.x + from.width / 2, from.y + 8)
    await wang.mouse.down()
    await wang.mouse.move(from.x + from.width / 2 + 10, from.y + 30, { steps: 3 })
    const free = wang.locator('.candidate[data-verdict="free"]')
    await free.first().waitFor()
    const goal = (await free.last().boundingBox())!
    await wang.mouse.move(goal.x + goal.width / 2, goal.y + goal.height / 2, { steps: 8 })
    await wang.locator('.candidate[data-over="true"]').waitFor()
    await wang.locator('.move-look[data-verdict="free"]').waitFor()
    await shot(wang, 'grid-drag')
    await wang.mouse.up()
    await wang.getByRole('textbox', { name: /原因/ }).fill('县里教研活动')
    await wang.getByRole('button', { name: '确定调课' }).click()
    await wang.getByText('已调课').waitFor()
    const now = await get(lesson.id)
    expect([now.movedFrom, now.reason]).toEqual([lesson.start, '县里教研活动'])
    expect(now.start).not.toBe(lesson.start)
    await block(wang, lesson.id).getByText('调课').waitFor()
    await shot(wang, 'grid-moved')
  })

  test('goes back where it was with one tap', async () => {
    await wang.getByRole('button', { name: '撤销调课' }).click()
    await wang.getByText('已撤销').waitFor()
    const now = await get(lesson.id)
    expect([now.start, now.movedFrom]).toEqual([lesson.start, undefined])
  })

  test('is moved with the keyboard alone, and moved back with Ctrl+Z', async () => {
    await wang.reload()
    await showWeek(wang, day(lesson.start))
    await block(wang, lesson.id).focus()
    await wang.keyboard.press('m')
    await wang.locator('.candidate[data-verdict="free"]').first().focus()
    await wang.keyboard.press('Enter')
    await wang.getByRole('textbox', { name: /原因/ }).waitFor()
    await wang.keyboard.type('会议')
    await wang.keyboard.press('Tab')
    await wang.getByRole('button', { name: '确定调课' }).press('Enter')
    await wang.getByText('已调课').waitFor()
    expect((await get(lesson.id)).start).not.toBe(lesson.start)
    await wang.locator('h1').click()
    await wang.keyboard.press('Control+z')
    await until('it is back', 10_000, async () => (await get(lesson.id)).start === lesson.start)
    await block(wang, lesson.id).focus()
    await wang.keyboard.press('m')
    await wang.locator('.move-panel').waitFor()
    await wang.keyboard.press('Escape')
    await wang.locator('.move-panel').waitFor({ state: 'detached' })
  })

  test('changed by two coordinators: the second sees who changed what, keeps the input and goes on', async () => {
    const second = await signIn(browser, house, 'wang', '/schedule')
    await showWeek(second, day(lesson.start))
    await block(second, lesson.id).click()
    await second.getByRole('button', { name: '取消这节课' }).click()
    await second.getByRole('textbox', { name: /原因/ }).fill('停电，改日再上')
    const { version } = await get(lesson.id)
    const swapped = await wang.evaluate(async ({ id, version }) => {
      const r = await fetch(`/api/lessons/${id}/adjust`, { method: 'POST', headers: { 'Content-Type': 'application/json', 'If-Match': `"${version}"` },
        body: JSON.stringify({ swaps: [{ dimension: 'bandwidth', id: 'qingshan' }], reason: '网络检修' }) })
      return r.status
    }, { id: lesson.id, version })
    expect(swapped).toBe(200)
    await second.locator('.change-form button[type=submit]').click()
    const told = second.locator('[data-code="stale"]')
    await told.getByText('刚才已有人改过这节课').waitFor()
    expect(await told.innerText()).toMatch(/王主任.*换了教室或设备.*网络检修/s)
    expect(await second.getByRole('textbox', { name: /原因/ }).inputValue()).toBe('停电，改日再上')
    await shot(second, 'stale')
    await second.getByRole('button', { name: '仍按我的改' }).click()
    await until('it is cancelled', 10_000, async () => (await get(lesson.id)).state === 'cancelled')
    await second.context().close()
  })

  test('that was cancelled is made up for, and both say so', async () => {
    await showWeek(wang, day(lesson.start))
    await block(wang, lesson.id).click()
    await wang.locator('.decided').getByText('停电，改日再上').waitFor()
    await wang.getByRole('button', { name: '补课', exact: true }).click()
    await wang.locator('.candidate[data-verdict="free"]').last().click()
    await wang.getByRole('textbox', { name: /原因/ }).fill('补上停电的课')
    await wang.getByRole('button', { name: '确定补课' }).click()
    await wang.getByText('已安排补课').first().waitFor()
    const lost = await get(lesson.id)
    expect((await get(lost.replacedBy!.id)).replaces!.id).toBe(lesson.id)
    await block(wang, lost.replacedBy!.id).click()
    await wang.getByText(/补课：补.*的课/).waitFor()
    await shot(wang, 'make-up')
    await wang.getByRole('button', { name: '代课', exact: true }).click()
    const list = wang.getByRole('combobox', { name: '代课老师' })
    await list.waitFor()
    await choose(wang, list, '有空')
    await wang.getByRole('textbox', { name: /原因/ }).fill('陈老师病假')
    await shot(wang, 'substitute')
    await wang.getByRole('button', { name: '确定代课' }).click()
    await until('another teaches', 10_000, async () => (await get(lost.replacedBy!.id)).insteadOf?.id === 'chen')
  })

  test('is printed without what is for the screen', async () => {
    await showWeek(wang, day(lesson.start))
    await wang.emulateMedia({ media: 'print' })
    expect(await wang.getByRole('button', { name: '打印' }).isVisible()).toBe(false)
    expect(await wang.locator('.week').isVisible()).toBe(true)
    await shot(wang, 'grid-print')
    await wang.emulateMedia({ media: null })
  })

  test('families read why, and cannot move anything', async () => {
    const pupil = await signIn(browser, house, 'xiaoyu', '/schedule')
    await showWeek(pupil, day(lesson.start))
    await block(pupil, lesson.id).click()
    await pupil.locator('.decided').getByText('停电，改日再上').waitFor()
    expect(await pupil.getByRole('button', { name: '补课', exact: true }).count()).toBe(0)
    await pupil.context().close()
  })
})

describe('all rooms', () => {
  test('of a day and of a week, with the state of every lesson', async () => {
    await wang.goto(`${house.url}/schedule/county`)
    await wang.locator('.room-lesson[data-look="live"]').first().waitFor()
    expect(await wang.locator('.room-row').count()).toBeGreaterThanOrEqual(3)
    await shot(wang, 'county-day')
    await wang.getByText('一周', { exact: true }).click()
    await wang.locator('.rooms-axis [data-day="true"]').first().waitFor()
    await wang.getByRole('searchbox', { name: /学校/ }).fill('石桥')
    await until('only one school is left', 5000, async () => (await wang.locator('.room-row').count()) === 1)
    await wang.locator('.room-lesson').first().click()
    await wang.locator('.lesson-details').waitFor()
    await wang.getByRole('button', { name: '关闭' }).click()
    await shot(wang, 'county-week')
    await wang.setViewportSize(phone)
    expect(await fits(wang)).toBe(true)
    await shot(wang, 'county-phone')
    await wang.setViewportSize(desktop)
  })

  test('of a week of 3,000 lessons stay fluid', async () => {
    const week = monday(day(Date.now()))
    await wang.route(/\/api\/lessons\?/, (route) => route.fulfill({ json: { lessons: countyWeek(week) } }))
    await wang.goto(`${house.url}/schedule/county`)
    await wang.getByText('一周', { exact: true }).click()
    await wang.getByText('400 间教室，3000 节课').waitFor()
    expect(await wang.locator('.room-row').count()).toBeLessThan(40)
    const step = await scroll(wang.locator('.rooms'), 120, 140)
    console.log(`scrolling a week of 3,000 lessons, each step: ${step.script.toFixed(1)} ms of script, ${step.layout.toFixed(1)} ms of layout, ${step.all.toFixed(1)} ms in all`)
    expect(step.script + step.layout).toBeLessThan(16)
    await wang.locator('.room-row').last().getByText('学校199').waitFor()
    await shot(wang, 'county-3000')
    // On paper nothing scrolls: every room is there when the sheets are drawn.
    await wang.evaluate(() => dispatchEvent(new Event('beforeprint')))
    expect(await wang.locator('.room-row').count()).toBe(400)
    await wang.evaluate(() => dispatchEvent(new Event('afterprint')))
    expect(await wang.locator('.room-row').count()).toBeLessThan(40)
  })
})

test('the ledger shows pictures of what was taught, and is given away under a seal', async () => {
  await wang.unrouteAll()
  await wang.goto(`${house.url}/schedule/ledger`)
  await choose(wang, wang.getByRole('combobox', { name: '学校' }), '青山小学')
  await choose(wang, wang.getByRole('combobox', { name: '班级' }), '三年级1班')
  await wang.getByRole('textbox', { name: '学科' }).fill('数学')
  await wang.getByRole('spinbutton', { name: '每周节数' }).fill('4')
  await wang.locator('.required button[type=submit]').click()
  await wang.getByText('三年级1班 数学 4').waitFor()
  await wang.getByText('各班各学科').click()
  await wang.getByRole('img', { name: /青山小学 三年级1班 数学 应开 \d+/ }).waitFor()
  await wang.getByRole('link', { name: '课表' }).last().waitFor()
  await shot(wang, 'ledger')
  const file = wang.waitForEvent('download')
  await wang.getByRole('link', { name: '下载 Excel' }).click()
  expect((await file).suggestedFilename()).toMatch(/^开课率-.*\.xlsx$/)
  await wang.getByRole('button', { name: 'English' }).click()
  await wang.getByRole('heading', { name: 'Delivered periods' }).waitFor()
  await shot(wang, 'ledger-en')
  for (const [path, name] of [['/schedule/county', 'county-en'], ['/schedule', 'grid-en']] as const) {
    await wang.goto(house.url + path)
    await wang.waitForLoadState('networkidle')
    await shot(wang, name)
  }
  await wang.setViewportSize(phone)
  await wang.goto(`${house.url}/schedule/ledger`)
  await wang.locator('.bars').waitFor()
  expect(await fits(wang)).toBe(true)
  await shot(wang, 'ledger-phone')
})

// countyWeek is a week of 3,000 lessons in the rooms of 200 schools, as the server tells it.
function countyWeek(week: string): unknown[] {
  return Array.from({ length: 3000 }, (_, i) => {
    const school = String(i % 200).padStart(3, '0')
    const date = plusDays(week, Math.floor(i / 600))
    const hour = String(8 + (Math.floor(i / 200) % 3) * 2 + (i % 2)).padStart(2, '0')
    const at = (m: string) => `${date}T${hour}:${m}:00+08:00`
    return { id: `l${i}`, title: `课 ${i}`, subject: '数学', grade: 3, kind: 'delivered', state: 'planned', start: at('00'), end: at('40'), extra: false, canStart: false, canJoin: false, record: true,
      picture: 'full', version: 1, devices: [], lecturer: { id: 't', name: '老师' }, school: { id: 's', name: `学校${school}` },
      rooms: [0, 1].map((k) => ({ id: `r${school}-${k}`, name: `教室${k}`, class: 'interactive', school: `s${school}`, schoolName: `学校${school}` })) }
  })
}
