import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Lesson } from './lesson-api'
import { LessonVisit } from './visit'

// The way to the door: what the page shows before and after a lesson. Being inside is proved by the browser tests.
const planned = {
  id: 'l1',
  title: 't',
  state: 'planned',
  start: new Date(Date.now() + 60_000).toISOString(),
  end: new Date(Date.now() + 2_460_000).toISOString(),
  mine: 'student',
} as Lesson

let answers: (() => Response)[]
let asked: string[]
let visit: LessonVisit

const lesson = (more: Partial<Lesson> = {}) => () => Response.json({ ...planned, ...more })
const problem = (status: number, code: string) => () => Response.json({ code, status }, { status })

beforeEach(() => {
  vi.useFakeTimers()
  asked = []
  vi.stubGlobal('fetch', (path: string, init?: RequestInit) => {
    asked.push(`${init?.method ?? 'GET'} ${path}`)
    const answer = answers.length > 1 ? answers.shift() : answers[0]
    return answer ? Promise.resolve(answer()) : Promise.reject(new TypeError('no line'))
  })
})

afterEach(() => {
  visit.stop()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

async function open(as: 'room' | null, ...all: (() => Response)[]): Promise<void> {
  answers = all
  visit = new LessonVisit('l1', as)
  visit.start()
  await vi.advanceTimersByTimeAsync(0)
}

const step = () => visit.state.get().step

test('before the lesson it waits, and looks again', async () => {
  await open(null, lesson())
  expect(step()).toBe('waiting')
  await vi.advanceTimersByTimeAsync(1500)
  expect(asked.length).toBe(2)
})

test('an assistant is asked whether this is the classroom, once', async () => {
  await open(null, lesson({ mine: 'assistant' }))
  expect(step()).toBe('choosing')
  visit.choose('room')
  await vi.advanceTimersByTimeAsync(0)
  expect(step()).toBe('waiting')
})

test('it asks to join as soon as the lesson is live', async () => {
  await open('room', lesson(), lesson({ state: 'live' }), problem(503, 'not-ready'))
  await vi.advanceTimersByTimeAsync(1500)
  expect(asked.at(-1)).toBe('POST /api/lessons/l1/join')
  expect(visit.state.get()).toMatchObject({ step: 'joining', problem: { code: 'not-ready' } })
})

describe('what will not be', () => {
  test.each(['cancelled', 'missed'] as const)('%s', async (state) => {
    await open(null, lesson({ state }))
    expect(step()).toBe('off')
    await vi.advanceTimersByTimeAsync(60_000)
    expect(asked.length).toBe(1)
  })

  test.each([
    [404, 'not-found'],
    [403, 'not-allowed'],
    [401, 'signed-out'],
  ])('%i %s', async (status, code) => {
    await open(null, problem(status, code))
    expect(visit.state.get()).toMatchObject({ step: 'refused', problem: { code } })
  })
})

test('a line that is away is no refusal', async () => {
  await open(null)
  expect(visit.state.get()).toMatchObject({ step: 'loading', problem: { code: 'offline' } })
  answers = [lesson()]
  await vi.advanceTimersByTimeAsync(1500)
  expect(visit.state.get()).toMatchObject({ step: 'waiting', problem: null })
})

test('after the lesson it follows the recording until it is stored', async () => {
  const recording = (state: 'composing' | 'stored') => lesson({ state: 'ended', recording: { state } })
  await open(null, recording('composing'), recording('stored'))
  expect(step()).toBe('ended')
  await vi.advanceTimersByTimeAsync(2000)
  expect(visit.state.get().lesson?.recording?.state).toBe('stored')
  await vi.advanceTimersByTimeAsync(60_000)
  expect(asked.length).toBe(2)
})
