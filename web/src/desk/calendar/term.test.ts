import { expect, it } from 'vitest'
import type { Calendar, CalendarDay } from '../../api/model'
import { bellsInOrder, isOwn, lookOf, ownRule, stepped, weeksOf } from './term'

const day = (date: string, more: Partial<CalendarDay> = {}): CalendarDay => ({ date, week: 1, off: false, weekday: 1, parity: 1, bells: 'b', rules: [], ...more })
// 2026-10-08 is a Thursday.
const days = ['2026-10-08', '2026-10-09', '2026-10-10', '2026-10-11', '2026-10-12'].map((d, i) => day(d, { week: i < 4 ? 6 : 7 }))
const calendar = { area: { id: 'school', name: '' }, bells: [
  { id: 'd', by: 'county', name: '县', weekdays: [], periods: [] }, { id: 's', by: 'school', name: '夏', from: '2027-05-01', weekdays: [], periods: [] }, { id: 'o', by: 'school', name: '常', weekdays: [], periods: [] },
] } as unknown as Calendar

it('lays the term out in weeks', () => {
  const weeks = weeksOf(days)
  expect(weeks.map((w) => [w.week, w.monday])).toEqual([[6, '2026-10-05'], [7, '2026-10-12']])
  expect(weeks[0]?.days.map((d) => d?.date.slice(-2) ?? '')).toEqual(['', '', '', '08', '09', '10', '11'])
  expect(weeksOf([])).toEqual([])
})

it('tells how a day looks and who decided it', () => {
  const county = { by: 'county', kind: 'off' as const }
  const own = { by: 'school', kind: 'ordinary' as const }
  expect(lookOf(null)).toBe('outside')
  expect(lookOf(day('2026-10-08'))).toBe('school')
  expect(lookOf(day('2026-10-10', { bells: undefined }))).toBe('free')
  expect(lookOf(day('2026-10-09', { bells: undefined, weekday: 5 }), false)).toBe('school')
  expect(lookOf(day('2026-10-08', { rules: [county] }))).toBe('off')
  const replaced = day('2026-10-08', { rules: [own, county] })
  expect([lookOf(replaced), isOwn(calendar, replaced), ownRule(calendar, replaced)]).toEqual(['school', true, own])
  expect(ownRule(calendar, day('2026-10-08', { rules: [county] }))).toBeUndefined()
})

it('goes by the arrow keys and keeps to the term', () => {
  expect(stepped(days, '2026-10-08', 'ArrowRight')).toBe('2026-10-09')
  expect(stepped(days, '2026-10-08', 'ArrowUp')).toBe('2026-10-08')
  expect(stepped(days, '2026-10-08', 'Enter')).toBe('2026-10-08')
})

it('lists own bells before defaults', () => {
  expect(bellsInOrder(calendar).map((b) => b.id)).toEqual(['o', 's', 'd'])
})
