// The coordinator's path: pair two schools, plan a course, meet a clash; what the lecturer, the pupils and the calendars then show; and who may not.
import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { day, plusDays, weekday } from '../src/ui/time.ts'
import { api, bigScreen, choose, desktop, field, fits, launch, phone, shot, signIn } from './browser.ts'
import { schoolDay } from './days.ts'
import { House } from './house.ts'

interface Period {
  no: number
  name: string
  start: string
  end: string
}
interface Dated {
  id: string
  title: string
  state: string
  start: string
  end: string
  rooms: { school: string; schoolName: string; period?: Period }[]
}

const house = new House()
let browser: Browser, wang: Page

beforeAll(async () => {
  browser = await launch()
  await house.start()
  await house.liveLesson()
  wang = await signIn(browser, house, 'wang', '/schedule')
  await wang.context().grantPermissions(['clipboard-read', 'clipboard-write'])
})
afterAll(async () => {
  await browser?.close()
  await house.stop()
})

const planned = async (page: Page, course: string): Promise<Dated[]> =>
  (await api(page, `/api/courses/${course}`)).body.dated.filter((l: Dated) => l.state === 'planned' && l.rooms.every((r) => r.period))
const courses = async (page: Page): Promise<{ id: string; title: string }[]> => (await api(page, '/api/courses')).body.courses

/** showWeek opens the schedule at the week of a day that is this week or in one of the next. */
async function showWeek(page: Page, of: string): Promise<void> {
  await page.goto(`${house.url}/schedule`)
  const monday = (d: string) => plusDays(d, 1 - weekday(d))
  for (let at = monday(day(Date.now())); at < monday(of); at = plusDays(at, 7)) await page.getByRole('button', { name: '下一周' }).click()
}

/** details opens a lesson of the week that is shown, and gives the words about its schools. */
async function details(page: Page, lesson: string): Promise<string> {
  await page.locator(`button[data-lesson="${lesson}"]`).click()
  const drawer = page.locator('.lesson-details')
  await drawer.getByText('教室与各校节次').waitFor()
  const words = await drawer.innerText()
  await page.getByRole('button', { name: '关闭' }).click()
  await drawer.waitFor({ state: 'detached' })
  return words.replace(/\s+/g, ' ')
}

const own = (l: Dated) => Object.fromEntries(l.rooms.map((r) => [r.schoolName, r.period?.no]))

describe('the week', () => {
  test('shows the lesson of the demo in each school’s own period', async () => {
    const [course] = await courses(wang)
    const [lesson] = await planned(wang, course!.id)
    expect(own(lesson!)).toEqual({ 明湖实验小学: 5, 青山小学: 5, 石桥小学: 6 })
    await showWeek(wang, day(lesson!.start))
    const words = await details(wang, lesson!.id)
    expect(words).toMatch(/明湖实验小学.*第五节 14:00–14:40.*青山小学.*第五节 14:00–14:40.*石桥小学.*第六节 14:00–14:40/)
    await wang.getByText('周二 明湖实验小学第 5 节 / 青山小学第 5 节 / 石桥小学第 6 节').waitFor()
    for (const lane of ['明湖实验小学 第五节 14:00–14:40', '青山小学 第五节 14:00–14:40', '石桥小学 第六节 14:00–14:40']) await wang.getByTitle(lane).waitFor()
    await shot(wang, 'schedule')
  })
})

describe('a pairing', () => {
  const pair = async (lead: string, partner: string) => {
    await wang.getByRole('button', { name: '新建结对' }).click()
    const dialog = wang.getByRole('dialog')
    await choose(wang, dialog.getByRole('combobox', { name: '支援校' }), lead)
    await choose(wang, dialog.getByRole('combobox', { name: '受援校' }), partner)
    await dialog.getByRole('checkbox', { name: '教师网络研修' }).check()
    await shot(wang, 'pairing-new')
    await dialog.getByRole('button', { name: '确认结对' }).click()
    return dialog
  }

  test('of two schools is made on the page', async () => {
    const dialog = await pair('石桥小学', '青山小学')
    await wang.getByText('结对已建立').waitFor()
    await dialog.waitFor({ state: 'detached' })
    const row = wang.getByRole('region', { name: '结对' }).getByRole('listitem').filter({ has: wang.locator('strong', { hasText: '石桥小学' }) })
    await row.getByText('青山小学').waitFor()
    await row.getByText('教师网络研修').waitFor()
    expect((await api(wang, '/api/pairings')).body.pairings).toHaveLength(2)
  })

  test('is refused in words where the schools are paired already, whichever leads', async () => {
    const dialog = await pair('青山小学', '石桥小学')
    await dialog.getByText('这些学校已经结对').waitFor()
    await shot(wang, 'pairing-refused')
    await dialog.getByRole('button', { name: '取消' }).click()
    await dialog.waitFor({ state: 'detached' })
    expect((await api(wang, '/api/pairings')).body.pairings).toHaveLength(2)
  })
})

describe('a course', () => {
  // The first school day after today; 14:50 is a period of both schools, and free.
  const date = schoolDay(1)
  const when = `${['周一', '周二', '周三', '周四', '周五'][weekday(date) - 1]} 14:50–15:30`
  const title = '三年级语文 专递课堂'
  let second: Page // another coordinator's tab, with the same slot in mind
  let lessons: Dated[]

  const fill = async (page: Page, name: string) => {
    await page.goto(`${house.url}/schedule/new-course`)
    await choose(page, field(page, '结对'), '明湖实验小学')
    await field(page, '课程名称').fill(name)
    await field(page, '学科').fill('语文')
    await page.keyboard.press('Escape') // closes the suggestions
    await choose(page, field(page, '年级'), '三年级')
    await page.getByRole('radio', { name: '专递课堂' }).check()
    await choose(page, field(page, '主讲老师'), '陈老师')
    await choose(page, field(page, '主讲教室'), '录播教室一')
    await page.getByRole('checkbox', { name: '听课：青山小学' }).uncheck()
    const place = page.getByRole('group', { name: '石桥小学', exact: true })
    await choose(page, field(place, '班级'), '三年级1班')
    await choose(page, field(place, '教室'), '三年级互动教室')
  }

  test('of the kind 专递课堂 is created on the page', async () => {
    second = await signIn(browser, house, 'wang', '/schedule')
    for (const [page, name] of [[second, '三年级英语 专递课堂'], [wang, title]] as const) {
      await fill(page, name)
      await page.getByRole('button', { name: `${when} 可选` }).click()
      await page.getByRole('button', { name: `${when} 已选` }).waitFor()
    }
    await shot(wang, 'new-course')
    await wang.getByRole('button', { name: '创建课程' }).click()
    await wang.getByText(/课程已创建，共排 \d+ 节课/).waitFor()
    const made = (await courses(wang)).find((c) => c.title === title)
    lessons = await planned(wang, made!.id)
    expect(lessons.length).toBeGreaterThan(0)
    expect(day(lessons[0]!.start)).toBe(date)
    for (const l of lessons) expect(own(l)).toEqual({ 明湖实验小学: 6, 石桥小学: 7 })
  })

  test('stands on the schedule in the schools’ own periods', async () => {
    await showWeek(wang, date)
    expect(await details(wang, lessons[0]!.id)).toMatch(/专递课堂.*明湖实验小学.*第六节 14:50–15:30.*石桥小学.*第七节 14:50–15:30/)
    await wang.getByText(`${when.slice(0, 2)} 明湖实验小学第 6 节 / 石桥小学第 7 节`).waitFor()
    await shot(wang, 'schedule-course')
    await wang.setViewportSize(bigScreen)
    expect(await fits(wang)).toBe(true)
    await shot(wang, 'schedule-big')
    await wang.setViewportSize(phone)
    await wang.locator(`.agenda [data-lesson="${lessons[0]!.id}"]`).waitFor()
    expect(await fits(wang)).toBe(true)
    await shot(wang, 'schedule-phone')
    await wang.setViewportSize(desktop)
  })

  test('that clashes is refused with who, what and when, and nothing is created', async () => {
    const before = await courses(wang)
    const answered = second.waitForResponse((r) => r.url().endsWith('/api/courses') && r.request().method() === 'POST')
    await second.getByRole('button', { name: '创建课程' }).click()
    expect((await answered).status()).toBe(409)
    const refusal = second.getByRole('alert').filter({ hasText: '时间有冲突，没有排上' })
    await refusal.waitFor()
    const words = (await refusal.innerText()).replace(/\s+/g, ' ')
    expect(words).toContain(`${Number(date.slice(5, 7))}月${Number(date.slice(8))}日`)
    expect(words).toContain(`14:50–15:30 已有《${title}》`)
    expect(words).toMatch(/主讲老师 陈老师 可换一位主讲老师，或换一个时间/)
    for (const also of [/教室 录播教室一/, /教室 三年级互动教室/, /班级 三年级1班/]) expect(words).toMatch(also)
    await refusal.scrollIntoViewIfNeeded()
    await shot(second, 'new-course-clash')
    expect(await courses(wang)).toEqual(before)
  })

  test('cannot choose the taken slot any more', async () => {
    await fill(second, '三年级英语 专递课堂')
    await second.getByRole('button', { name: `${when} 有冲突` }).click()
    await second.getByText('这个时间有冲突，不能选').waitFor()
    await second.getByText(`14:50–15:30 已有《${title}》`).waitFor()
    await shot(second, 'new-course-taken')
    await second.getByText('请选择上课时间。').waitFor()
    await second.context().close()
  })

  test('is on the week of its lecturer and of a pupil, not of another school’s pupil', async () => {
    for (const login of ['chen', 'zhao', 'xiaoshi']) {
      const page = await signIn(browser, house, login, '/schedule')
      await showWeek(page, date)
      expect(await details(page, lessons[0]!.id)).toContain('石桥小学 三年级互动教室 · 互动教室 第七节 14:50–15:30')
      await shot(page, `schedule-${login}`)
      await page.context().close()
    }
    const other = await signIn(browser, house, 'xiaoyu', '/schedule')
    expect((await api(other, `/api/lessons/${lessons[0]!.id}`)).status).toBe(404)
    const { body } = await api(other, `/api/lessons?from=${date}&to=${date}`)
    expect(body.lessons.map((l: Dated) => l.title)).not.toContain(title)
    await other.context().close()
  })

  test.each([['明湖实验小学', '第六节'], ['石桥小学', '第七节']])('is in the calendar feed of %s', async (school, period) => {
    await wang.goto(`${house.url}/schools`)
    await wang.getByRole('link', { name: school }).click()
    const card = wang.getByRole('region', { name: '日历订阅' })
    await card.getByRole('button', { name: '生成订阅地址' }).click()
    const address = await card.getByRole('textbox', { name: '日历地址' }).inputValue()
    await card.getByRole('button', { name: '复制' }).click()
    await card.getByRole('button', { name: '已复制' }).waitFor()
    expect(await wang.evaluate(() => navigator.clipboard.readText())).toBe(address)

    const answer = await fetch(address)
    expect(answer.headers.get('content-type')).toContain('text/calendar')
    const events = (await answer.text()).replace(/\r\n[ \t]/g, '').split('BEGIN:VEVENT').slice(1)
    for (const l of lessons) {
      const event = events.find((e) => e.includes(`UID:${l.id}@tongtang`))
      const on = day(l.start).replaceAll('-', '')
      expect(event).toContain(`DTSTART;TZID=Asia/Shanghai:${on}T145000\r\n`)
      expect(event).toContain(`DTEND;TZID=Asia/Shanghai:${on}T153000\r\n`)
      expect(event).toContain(`SUMMARY:${title}\r\n`)
      expect(event).toContain(`${period} 14:50–15:30`)
    }
  })
})

describe('a teaching group and a portable device', () => {
  // A weekday on which the demo's own course is not, and no lesson of today's.
  const on = [1, 3, 5].find((d) => d !== weekday(day(Date.now())))!
  const when = `${['周一', '周二', '周三', '周四', '周五'][on - 1]} 14:00–14:40`
  const save = async (dialog: Locator) => {
    await dialog.getByRole('button', { name: /保\s*存/ }).click()
    await dialog.waitFor({ state: 'detached' })
  }
  const fill = async (title: string, pupils: string) => {
    await wang.goto(`${house.url}/schedule/new-course`)
    await choose(wang, field(wang, '结对'), '明湖实验小学')
    await field(wang, '课程名称').fill(title)
    await field(wang, '学科').fill('科学')
    await wang.keyboard.press('Escape')
    await choose(wang, field(wang, '主讲老师'), '杨老师')
    await choose(wang, field(wang, '主讲教室'), '录播教室二')
    await wang.getByRole('checkbox', { name: '听课：石桥小学' }).uncheck()
    await choose(wang, field(wang.getByRole('group', { name: '青山小学', exact: true }), '班级'), pupils)
  }

  test('are made on the page of the school, and a course takes them every third week', async () => {
    await wang.goto(`${house.url}/schools/qingshan`)
    const dialog = wang.getByRole('dialog')
    await wang.getByRole('button', { name: '新建教学班' }).click()
    await dialog.getByRole('textbox', { name: '名称' }).fill('科学提高班')
    await choose(wang, dialog.getByRole('combobox', { name: '学生来自哪些班' }), '三年级1班')
    await shot(wang, 'group-new')
    await save(dialog)
    await wang.getByRole('button', { name: '添加移动设备' }).click()
    await dialog.getByRole('textbox', { name: '名称' }).fill('移动录播车一')
    await save(dialog)
    await wang.getByRole('region', { name: '移动设备' }).getByText('移动录播车一').waitFor()

    await fill('科学走班', '科学提高班')
    await choose(wang, field(wang, '借用移动设备'), '移动录播车一')
    await wang.getByRole('radio', { name: '每几周一次' }).check()
    await wang.getByRole('button', { name: `${when} 可选` }).click()
    const chosen = wang.getByRole('region', { name: '已选的时间' })
    await chosen.getByText(`${when} 每 3 周`).waitFor()
    const [, count, dates] = /共 (\d+) 次：(.+)/.exec(await chosen.innerText())!
    await chosen.scrollIntoViewIfNeeded()
    await shot(wang, 'new-course-cycle')
    await wang.getByRole('button', { name: '创建课程' }).click()
    await wang.getByText(`课程已创建，共排 ${count} 节课`).waitFor()
    const made = (await courses(wang)).find((c) => c.title === '科学走班')!
    const held = await planned(wang, made.id)
    expect(held.map((l) => l.start.slice(0, 10))).toHaveLength(dates!.split('、').length)
    const apart = held.slice(1).map((l, i) => (Date.parse(l.start) - Date.parse(held[i]!.start)) / 86_400_000)
    for (const days of apart) expect(days % 21).toBe(0)
  })

  test('clash with the class of its pupils, and are not archived while they are needed', async () => {
    await fill('三年级音乐', '三年级1班')
    await wang.getByRole('button', { name: `${when} 有冲突` }).click()
    await wang.getByText('（科学提高班里有同样的学生）').waitFor()
    await shot(wang, 'new-course-group-clash')
    await wang.goto(`${house.url}/schools/qingshan`)
    await wang.getByRole('button', { name: '修改 移动录播车一' }).click()
    // Meanwhile somebody else adds another device: that is told, and what was typed is kept.
    const { version } = (await api(wang, '/api/schools/qingshan')).body
    expect((await api(wang, '/api/schools/qingshan/portable-devices', { name: '平板一套' }, 'POST', version)).status).toBeLessThan(300)
    await wang.getByRole('dialog').getByRole('textbox', { name: '名称' }).fill('移动录播车甲')
    await wang.getByRole('dialog').getByRole('button', { name: /保\s*存/ }).click()
    await wang.getByRole('dialog').getByText('加了设备').waitFor()
    await shot(wang, 'device-stale')
    await wang.getByRole('button', { name: '仍按我的改' }).click()
    await wang.getByRole('region', { name: '移动设备' }).getByText('移动录播车甲').waitFor()
    await wang.getByRole('region', { name: '移动设备' }).getByText('平板一套').waitFor()

    await wang.getByRole('button', { name: '修改 移动录播车甲' }).click()
    await wang.getByRole('dialog').getByRole('button', { name: '归档' }).click()
    await wang.getByText('《科学走班》还在用').waitFor()
    await shot(wang, 'device-used')
    await wang.getByRole('dialog').getByRole('button', { name: /取\s*消/ }).click()
  })
})

describe('a pupil', () => {
  test('finds no way to people, devices and courses', async () => {
    const pupil = await signIn(browser, house, 'xiaoyu')
    const menu = pupil.getByRole('navigation', { name: '主导航' })
    await menu.getByRole('link', { name: '课表' }).waitFor()
    for (const name of ['学校', '人员', '设备']) expect(await menu.getByRole('link', { name }).count()).toBe(0)
    for (const path of ['/people', '/devices']) {
      await pupil.goto(house.url + path)
      await pupil.getByText('您没有这项权限').waitFor()
      expect(await pupil.getByText('陈老师').count()).toBe(0)
      expect(await pupil.getByRole('button', { name: /新建账号|添加教室电脑|移除/ }).count()).toBe(0)
      await shot(pupil, `refused${path.replace('/', '-')}`)
    }
    await pupil.goto(`${house.url}/schedule`)
    await pupil.getByRole('heading', { name: '课表' }).waitFor()
    expect(await pupil.getByText(/新建课程|新建结对/).count()).toBe(0)
    const before = (await courses(wang)).length
    const [course] = await courses(wang)
    const body = { ...(await api(wang, `/api/courses/${course!.id}`)).body, title: '不该有的课' }
    const refused = await api(pupil, '/api/courses', {
      title: body.title, subject: body.subject, grade: body.grade, kind: body.kind, pairing: body.pairing, lecturer: body.lecturer.id, lecturerRoom: 'minghu-studio-2',
      receiving: [{ school: 'qingshan', room: 'qingshan-3', class: 'qingshan-3-1' }], slots: [{ weekday: 1, periods: { minghu: 5, qingshan: 5 } }], from: body.from, to: body.to,
    })
    expect([refused.status, refused.body.code]).toEqual([403, 'not-allowed'])
    expect(await courses(wang)).toHaveLength(before)
    await pupil.context().close()
  })
})

test('other pages look like a product', async () => {
  for (const path of ['/', '/resources', '/schools', '/people', '/devices', '/schedule/new-course']) {
    await wang.goto(house.url + path)
    await wang.waitForLoadState('networkidle')
    const name = `page${path.replaceAll('/', '-').replace(/-$/, '-today')}`
    await shot(wang, name)
    await wang.setViewportSize(phone)
    await shot(wang, `${name}-phone`)
    expect(await fits(wang), path).toBe(true)
    await wang.setViewportSize(desktop)
  }
})
