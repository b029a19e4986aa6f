// The coordinator's path: pair two schools, plan a course, meet a clash; and what the others then see.
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { desktop, launch, phone, shot, signIn } from './browser.ts'
import { House } from './house.ts'

const house = new House()
let browser: Browser, wang: Page

beforeAll(async () => {
  browser = await launch()
  await house.start()
  await house.liveLesson()
  wang = await signIn(browser, house, 'wang', '/schedule')
})
afterAll(async () => {
  await browser?.close()
  await house.stop()
})

const api = (page: Page, path: string, body?: unknown, method?: string) =>
  page.evaluate(async ({ path, body, method }) => {
    const r = await fetch(path, { method: method ?? (body ? 'POST' : 'GET'), headers: body ? { 'Content-Type': 'application/json' } : {}, body: body ? JSON.stringify(body) : undefined })
    return { status: r.status, body: await r.json().catch(() => null) }
  }, { path, body, method })

test('the week shows the lessons of both schools', async () => {
  await wang.getByText('三年级数学').first().waitFor()
  await shot(wang, 'schedule')
})

test('each school has the lesson in its own period', async () => {
  const { body } = await api(wang, '/api/courses')
  const { body: course } = await api(wang, `/api/courses/${body.courses[0].id}`)
  const planned = course.dated.find((l: { rooms: { period?: unknown }[] }) => l.rooms.every((r) => r.period))
  const starts = new Set(planned.rooms.map((r: { period: { start: string } }) => r.period.start))
  expect(planned.rooms.length).toBeGreaterThan(1)
  expect(starts.size).toBeGreaterThan(1)
})

test('other pages look like a product', async () => {
  for (const path of ['/', '/resources', '/schools', '/people', '/devices']) {
    await wang.goto(house.url + path)
    await wang.waitForLoadState('networkidle')
    await shot(wang, `page${path.replace('/', '-') || '-today'}`)
    await wang.setViewportSize(phone)
    await shot(wang, `page${path.replace('/', '-')}-phone`)
    expect(await wang.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0)
    await wang.setViewportSize(desktop)
  }
})

test('a feed of each school is iCalendar', async () => {
  const { body } = await api(wang, '/api/schools')
  const made = await api(wang, `/api/schools/${body.schools[0].id}/calendar`, {})
  expect(made.status).toBe(200)
  const feed = await (await fetch(new URL(new URL(made.body.url).pathname, house.url))).text()
  expect(feed).toContain('BEGIN:VCALENDAR')
  expect(feed.match(/BEGIN:VEVENT/g)!.length).toBeGreaterThan(5)
})
