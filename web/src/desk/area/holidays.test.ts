import { expect, test } from 'vitest'
import type { HolidayRow } from '../../api/areas'
import { choiceOf, coming, keyOf, shown, suggested, undecided } from './holidays'

const row = (date: string, more: Partial<HolidayRow> = {}): HolidayRow => ({ row: 1, date, name: 'x', off: true, state: 'new', outside: false, own: 0, faults: [], ...more })
const makeUp = row('2026-10-10', { off: false, suggestion: { date: '2026-10-07', weekday: 3, week: 6 } })
const now = { by: 'county', kind: 'like' as const, weekday: 5 }

test('a make-up day waits for a decision; days outside the term count where they are wanted', () => {
  const rows = [row('2026-10-01'), makeUp, row('2026-10-11', { off: false, state: 'same', now }), row('2027-06-01', { outside: true }), row('2027-06-05', { outside: true, off: false })]
  expect(shown(rows, false)).toHaveLength(3)
  expect(undecided(rows, {}, false)).toEqual([makeUp])
  expect(undecided(rows, {}, true)).toHaveLength(2)
  expect(undecided(rows, { '2026-10-10': choiceOf('2026-10-10', 'open') }, false)).toEqual([])
})

test('what is coming is what the area decides anew', () => {
  const same = row('2026-10-11', { off: false, state: 'same', now })
  const changed = row('2026-10-02', { state: 'changed', now })
  const rows = [row('2026-10-01'), makeUp, same, changed, row('', { date: undefined, state: 'bad' })]
  expect(coming(rows, {}, false)).toBe(3)
  expect(coming(rows, { '2026-10-10': choiceOf('2026-10-10', 'open'), '2026-10-02': choiceOf('2026-10-02', 'keep') }, false)).toBe(1)
  expect(coming([same], { '2026-10-11': choiceOf('2026-10-11', 'open') }, false)).toBe(1)
})

test('a choice is the value of a list, and back', () => {
  expect(suggested(makeUp)).toEqual({ date: '2026-10-10', kind: 'like', weekday: 3, week: 6 })
  expect(suggested(row('2026-10-01'))).toBeUndefined()
  for (const key of ['like4', 'open', 'keep']) expect(keyOf(choiceOf('2026-10-10', key))).toBe(key)
  expect(keyOf(undefined)).toBeUndefined()
})
