// The coordinator plans the term of the county: run, the difference in pictures, accept in part, undo; what is left and why; a whole county stays fluid.
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Offer, TermDetail } from '../src/api/model.ts'
import { api, desktop, fits, launch, phone, shot, signIn } from './browser.ts'
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

const met = async (need: string): Promise<number> => (await api(wang, '/api/needs')).body.needs.find((n: { id: string }) => n.id === need).met
const rows = () => wang.locator('.term-row[data-part]')
const english = () => rows().filter({ hasText: '石桥小学' }).filter({ hasText: '英语' })
const latest = async (): Promise<TermDetail> => (await api(wang, `/api/terms/${(await api(wang, '/api/terms')).body.plans[0].id}`)).body

describe('planning a term', () => {
  test('is started on its page, and goes on without it', async () => {
    await wang.getByRole('link', { name: '排学期' }).click()
    await wang.getByText('还没有排过课').waitFor()
    await shot(wang, 'term-empty')
    await wang.getByRole('button', { name: '开始排课' }).click()
    await wang.reload()
    await wang.getByRole('button', { name: /全部采纳/ }).waitFor()
    const english = rows().filter({ hasText: '英语' }).first()
    await english.getByText('新增').waitFor()
    expect(await english.getByRole('img').getAttribute('aria-label')).toMatch(/周. \d\d:\d\d–\d\d:\d\d 英语/)
    expect(await english.locator('.term-strip i').count()).toBeGreaterThan(0)
    await shot(wang, 'term-plan')
    expect(await fits(wang)).toBe(true)
  })

  test('shows the week of each school', async () => {
    await wang.getByText('按学校').click()
    await wang.locator('.term-row').filter({ hasText: '明湖实验小学' }).waitFor()
    await shot(wang, 'term-schools')
    await wang.getByText('按课程').click()
  })

  test('is accepted in part, with the keyboard, and undone', async () => {
    const need = 'need-shiqiao-english'
    expect(await met(need)).toBe(0)
    const row = english()
    await row.getByRole('checkbox').focus()
    await wang.keyboard.press('Space')
    await wang.getByText('已选 1 项').waitFor()
    await wang.getByRole('button', { name: '采纳所选' }).click()
    await wang.getByText('已处理 1 项').waitFor()
    await row.getByText('已落实').waitFor()
    expect(await met(need)).toBeGreaterThan(0)
    await shot(wang, 'term-accepted')
    await wang.getByRole('button', { name: '撤销所选' }).click()
    await row.getByText('已落实').waitFor({ state: 'detached' })
    expect(await met(need)).toBe(0)
  })

  test('keeps what is locked when it is planned again', async () => {
    const row = english()
    const times = await row.locator('.term-times').innerText()
    await wang.getByRole('button', { name: '锁定' }).click()
    await row.getByText('已锁定').waitFor()
    await wang.getByRole('button', { name: '重新排课' }).click()
    await wang.getByRole('combobox', { name: '历次排课' }).waitFor()
    await wang.getByRole('button', { name: /全部采纳/ }).waitFor()
    await expect.poll(() => row.locator('.term-times').innerText()).toBe(times)
  })

  test('is accepted as a whole', async () => {
    await wang.getByRole('button', { name: /全部采纳/ }).click()
    await wang.getByText(/已处理 \d+ 项/).waitFor()
    await wang.getByRole('button', { name: /全部采纳/ }).waitFor({ state: 'detached' })
    expect(await rows().filter({ hasText: '已落实' }).count()).toBe(await rows().count())
  })

  test('keeps what was changed by hand, unless it is given up', async () => {
    const row = english()
    const { course } = (await latest()).parts.find((p) => p.subject === '英语' && p.seats.some((s) => s.school.id === 'shiqiao'))!
    const lesson = (await api(wang, `/api/courses/${course}`)).body.dated.at(-1)
    expect((await api(wang, `/api/lessons/${lesson.id}/cancel`, { reason: '期末考试' }, 'POST', lesson.version)).status).toBe(200)
    await row.getByRole('checkbox').check()
    await wang.getByRole('button', { name: '撤销所选' }).click()
    const told = wang.locator('.term-by-hand')
    await told.getByText('之后有人手动改过这些课').waitFor()
    expect(await told.innerText()).toMatch(/王主任.*停了课.*期末考试/s)
    await row.getByText('已落实').waitFor()
    await shot(wang, 'term-by-hand')
    await wang.getByRole('button', { name: /仍要处理这 1 项/ }).click()
    await row.getByText('已落实').waitFor({ state: 'detached' })
    await wang.getByRole('button', { name: '采纳所选' }).click()
    await row.getByText('已落实').waitFor()
  })

  test('planned again, tells what is new, what moves and what is dropped; in part, and undone', async () => {
    const was = (await latest()).parts.find((p) => p.subject === '英语' && p.seats.some((s) => s.school.id === 'shiqiao'))!
    const offer = (await api(wang, '/api/offers')).body.offers.find((o: Offer) => o.lecturer.id === was.lecturer.id) as Offer
    const { grades, subject, cap, ownLoad, languages, edition } = offer
    // The teacher can no longer at the first of the times; a class wants no music any more, another does.
    expect((await api(wang, `/api/offers/${offer.id}`, { school: 'minghu', lecturer: offer.lecturer.id, rooms: offer.rooms.map((r) => r.id), grades, subject, cap, ownLoad, languages, edition,
      blocked: [{ weekday: was.slots[0]!.weekday, period: was.slots[0]!.periods.minghu }] }, 'PUT', offer.version)).status).toBe(200)
    expect((await api(wang, '/api/needs/need-qingshan-music', undefined, 'DELETE', 1)).status).toBe(204)
    expect((await api(wang, '/api/needs', { school: 'shiqiao', class: 'shiqiao-3-1', subject: '音乐', periods: 1, edition: '人教版', room: 'shiqiao-3' })).status).toBe(200)
    await wang.getByRole('checkbox', { name: '已落实的安排也可调整' }).check()
    await wang.getByRole('button', { name: '重新排课' }).click()
    const dropped = rows().filter({ hasText: '音乐' }).filter({ hasText: '青山小学' })
    await dropped.getByText('取消', { exact: true }).waitFor()
    const moved = english()
    await moved.getByText('调整', { exact: true }).waitFor()
    expect(await moved.locator('del').innerText()).toMatch(/原来：周. \d\d:\d\d/)
    await rows().filter({ hasText: '音乐' }).filter({ hasText: '石桥小学' }).getByText('新增', { exact: true }).waitFor()
    await shot(wang, 'term-difference')

    const courses = async () => (await api(wang, '/api/courses')).body.courses.map((c: { id: string }) => c.id) as string[]
    const before = await courses()
    await dropped.getByRole('checkbox').check()
    await wang.getByRole('button', { name: '采纳所选' }).click()
    await dropped.getByText('已取消').waitFor()
    expect(await moved.getByText('已落实').count()).toBe(0)
    expect(await courses()).toHaveLength(before.length - 1)
    await moved.getByRole('checkbox').check()
    await wang.getByRole('button', { name: '采纳所选' }).click()
    await moved.getByText('已落实').waitFor()
    expect(await courses()).not.toContain(was.course)
    await shot(wang, 'term-moved')
    await wang.getByRole('button', { name: '撤销所选' }).click()
    await moved.getByText('已落实').waitFor({ state: 'detached' })
    await dropped.getByText('已取消').waitFor({ state: 'detached' })
    expect(await courses()).toHaveLength(before.length)
  })

  test('says of what is left why, and leads to the matching', async () => {
    const left = wang.getByRole('radio', { name: /未排上/ })
    if ((await left.count()) === 0) {
      // Everything was placed: a need that nobody can meet.
      const classes = (await api(wang, '/api/needs')).body.needs as { school: { id: string }; class: { id: string }; room: { id: string } }[]
      const some = classes[0]!
      expect((await api(wang, '/api/needs', { school: some.school.id, class: some.class.id, subject: '书法', periods: 2, room: some.room.id })).status).toBe(200)
      await wang.getByRole('button', { name: '重新排课' }).click()
    }
    await wang.locator('.ant-segmented-item', { hasText: '未排上' }).click()
    await wang.locator('.term-unplaced').first().waitFor()
    await shot(wang, 'term-unplaced')
    await wang.getByRole('link', { name: '去找教师' }).first().click()
    await wang.waitForURL(/matching\?school=/)
  })
})

// The answer of the server for this house's plan, made as long as that of a county: what is looked at is the page alone.
describe('a county', () => {
  test('of 600 parts draws few rows and scrolls', async () => {
    await wang.setViewportSize(desktop)
    await wang.route('**/api/terms/*', async (route) => {
      const body = (await (await route.fetch()).json()) as TermDetail
      const parts = body.parts.filter((p) => p.slots.length > 0)
      if (parts.length > 0) body.parts = Array.from({ length: 600 }, (_, i) => ({ ...parts[i % parts.length]!, no: i + 1, bundle: 0 }))
      await route.fulfill({ json: body })
    })
    const begun = Date.now()
    await wang.goto(`${house.url}/schedule/term?plan=${(await api(wang, '/api/terms')).body.plans.at(-1).id}`)
    await wang.getByText('全部 600').waitFor()
    expect(Date.now() - begun).toBeLessThan(10_000)
    expect(await wang.locator('.term-row').count()).toBeLessThan(40)
    await wang.locator('.tt-long-list').evaluate((el) => el.scrollTo(0, el.scrollHeight))
    await wang.locator('.term-row[data-part="600"]').waitFor()
    await shot(wang, 'term-county')
    await wang.unroute('**/api/terms/*')
  })

  test('is read on a phone', async () => {
    const page = await signIn(browser, house, 'wang', '/schedule/term', phone)
    await page.locator('.term-row').first().waitFor()
    expect(await fits(page)).toBe(true)
    await shot(page, 'term-phone')
    await page.context().close()
  })
})
