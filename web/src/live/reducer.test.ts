import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { apply, emptyState, normalise } from './reducer'
import type { LessonEvent, LessonState } from './wire'

// The same fixtures that sfu/signal is tested with: the page and the server must never disagree about a lesson.
const folder = join(import.meta.dirname, '../../../sfu/signal/testdata')

interface Fixture {
  name: string
  events: LessonEvent[]
  state: LessonState
}

const fixtures = readdirSync(folder)
  .filter((file) => file.endsWith('.json'))
  .map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as Fixture)

test('there are fixtures', () => expect(fixtures.length).toBeGreaterThan(5))

describe.each(fixtures)('$name', ({ events, state }) => {
  test('the events add up to the same state', () => {
    expect(events.reduce(apply, emptyState())).toEqual(state)
  })

  test('who joins in the middle gets the same state', () => {
    const half = Math.floor(events.length / 2)
    const early = events.slice(0, half).reduce(apply, emptyState())
    const sent = JSON.parse(JSON.stringify(early)) as LessonState
    expect(events.slice(half).reduce(apply, normalise(sent))).toEqual(state)
  })

  test('the old state is left as it was', () => {
    let now = emptyState()
    for (const event of events) {
      const before = JSON.stringify(now)
      const next = apply(now, event)
      expect(JSON.stringify(now)).toBe(before)
      now = next
    }
  })
})

test('null for an empty collection is an empty collection', () => {
  const sent = { ...emptyState(), hands: null, said: null, participants: null } as unknown as LessonState
  expect(normalise(sent)).toEqual(emptyState())
})
