// The lecturer shares the screen: courseware on every page, the lecturer beside it, until the sharing ends.
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fits, launch, phone, shot, signIn, watch } from './browser.ts'
import { House, type Lesson, until } from './house.ts'

const house = new House()
let teacherPC: Browser, people: Browser
let lesson: Lesson
let lecturer: Page, student: Page

// Chromium's share dialog cannot be worked in a test: it answers by itself, with the very page that asks. The capture is real.
const shares = ['--use-fake-device-for-media-stream=display-media-type=browser']

beforeAll(async () => {
  ;[teacherPC, people] = await Promise.all([launch(undefined, shares), launch()])
  await house.start()
  lesson = await house.liveLesson()
  lecturer = await signIn(teacherPC, house, 'chen', `/lesson/${lesson.id}`)
  student = await signIn(people, house, 'xiaoyu', `/lesson/${lesson.id}`)
})
afterAll(async () => {
  await Promise.all([teacherPC?.close(), people?.close()])
  await house.stop()
})

const playing = (page: Page, pane: string) =>
  page.waitForFunction((p) => (document.querySelector<HTMLVideoElement>(`video[data-pane="${p}"]`)?.videoWidth ?? 0) > 0, pane, { timeout: 20_000 })
const moving = (page: Page, pane: string) =>
  until(`the pictures of ${pane} move`, 30_000, async () => (await watch(page, pane, 2000)).distinct > 5)

/** widths in CSS pixels, of the panes that are shown. */
const widths = (page: Page): Promise<Record<string, number>> =>
  page.evaluate(() =>
    Object.fromEntries([...document.querySelectorAll<HTMLVideoElement>('.ls-stage video[data-pane]')].map((v) => [v.dataset.pane, v.getBoundingClientRect().width]).filter(([, w]) => w)))
const arranged = (page: Page, what: string, check: (w: Record<string, number>) => boolean) =>
  until(what, 20_000, async () => check(await widths(page)))

test('before, the lecturer is large', async () => {
  await playing(student, 'lecturer')
  await arranged(student, 'the lecturer stands alone', (w) => w.lecturer! > 600 && !w.courseware)
})

test('what the lecturer shares is large on the pupils’ pages, the lecturer small beside it, and both move', async () => {
  await playing(lecturer, 'lecturer')
  await lecturer.getByRole('button', { name: '共享屏幕' }).click()
  await lecturer.getByRole('button', { name: '停止共享' }).waitFor()
  await playing(student, 'courseware')
  await arranged(student, 'the courseware is large', (w) => w.courseware! > 600 && w.lecturer! > 100 && w.courseware! > 2.5 * w.lecturer!)
  await moving(student, 'courseware')
  await moving(student, 'lecturer')
  await shot(student, 'screen-student')
  await shot(lecturer, 'screen-lecturer')
})

test('who comes later sees it too, on a phone as well', async () => {
  const late = await signIn(people, house, 'xiaoshi', `/lesson/${lesson.id}`, phone)
  await playing(late, 'courseware')
  await moving(late, 'courseware')
  expect(await fits(late)).toBe(true)
  await shot(late, 'screen-phone')
  await late.context().close()
})

test('after the sharing the lecturer is large again', async () => {
  await lecturer.getByRole('button', { name: '停止共享' }).click()
  await lecturer.getByRole('button', { name: '共享屏幕' }).waitFor()
  await arranged(student, 'the lecturer stands alone', (w) => w.lecturer! > 600 && !w.courseware)
  await moving(student, 'lecturer')
  await shot(student, 'screen-student-after')
})

test('it can be shared once more, and ends with the page that shares', async () => {
  await lecturer.getByRole('button', { name: '共享屏幕' }).click()
  await arranged(student, 'the courseware is large', (w) => w.courseware! > 600)
  await moving(student, 'courseware')
  await lecturer.reload()
  await arranged(student, 'the lecturer stands alone', (w) => w.lecturer! > 600 && !w.courseware)
})
