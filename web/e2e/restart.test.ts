// kill -9 in the middle of a lesson: the server comes back, and so does everybody else, by themselves.
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launch, signIn, watch } from './browser.ts'
import { House, type Lesson, until } from './house.ts'

const house = new House()
let browser: Browser, student: Page, lesson: Lesson

beforeAll(async () => {
  browser = await launch()
  await house.start()
  lesson = await house.liveLesson()
  student = await signIn(browser, house, 'xiaoyu', `/lesson/${lesson.id}`)
})
afterAll(async () => {
  await browser?.close()
  await house.stop()
})

const moving = () => until('pictures move', 40_000, async () => (await watch(student, 'lecturer', 1000).catch(() => undefined))?.distinct! > 5)

test('the lesson goes on after kill -9, and what was captured is kept', async () => {
  await moving()
  await new Promise((go) => setTimeout(go, 4000)) // something to lose
  await house.kill('SIGKILL')
  await house.start()
  expect(house.lessons().find((l) => l.id === lesson.id)?.state).toBe('live')
  await moving()

  await new Promise((go) => setTimeout(go, 3000))
  const agent = await browser.newPage()
  await agent.goto(house.agentUrl)
  await agent.getByRole('button', { name: '结束上课' }).click()
  await agent.getByRole('button', { name: '结束上课' }).last().click()
  await until('the lesson has ended', 10_000, async () => house.lessons().find((l) => l.id === lesson.id)?.state === 'ended')

  const coordinator = await signIn(browser, house, 'wang', `/resources/${lesson.id}`)
  const doc = await until('the recording is stored', 85_000, async () => {
    const r = await coordinator.evaluate(async (id) => (await fetch(`/api/resources/${id}`)).json(), lesson.id)
    if (r.recording?.state === 'failed') throw new Error(JSON.stringify(r.recording))
    return r.recording?.state === 'stored' ? r : undefined
  })
  const dated = await coordinator.evaluate(async (id) => (await fetch(`/api/lessons/${id}`)).json(), lesson.id)
  const secs = (Date.parse(dated.endedAt) - Date.parse(dated.startedAt)) / 1000
  expect(Math.abs(doc.recording.duration - secs)).toBeLessThan(1)
}, 240_000)
