import { describe, expect, it } from 'vitest'
import type { Slot } from '../../api/model'
import { longest, picture, slotKey, slotRows } from './slot-rows'

const slot = (weekday: number, start: string, end: string, minutes: number, no = 1): Slot => ({
  weekday, start, end, minutes, weeks: 16, dates: [], free: true, clashes: [], spells: [],
  periods: [{ school: 'a', no, name: `${no}`, start: '08:20', end: '09:00' }, { school: 'b', no, name: `${no}`, start: '08:30', end: '09:10' }],
})

describe('rows of the slot picker', () => {
  const slots = [slot(3, '08:30', '09:00', 30), slot(1, '08:30', '09:00', 30), slot(1, '10:30', '10:40', 10, 3)]
  it('are the same periods on different weekdays', () => {
    const rows = slotRows(slots, 10)
    expect(rows.map((r) => [r.start, [...r.byWeekday.keys()].sort()])).toEqual([['08:30', [1, 3]], ['10:30', [1]]])
  })
  it('leave out what is too short', () => expect(slotRows(slots, 20)).toHaveLength(1))
  it('know the longest', () => {
    expect(longest(slots)).toBe(30)
    expect(longest([])).toBe(0)
  })
  it('tell slots apart', () => expect(new Set(slots.map(slotKey)).size).toBe(3))
})

describe('the picture of a row', () => {
  it('draws every school on one axis, and the common part', () => {
    const { bars, common } = picture({ start: '08:30', end: '09:00', periods: slot(1, '08:30', '09:00', 30).periods })
    expect(bars).toEqual([{ school: 'a', left: 0, width: 80 }, { school: 'b', left: 20, width: 80 }])
    expect(common).toEqual({ school: '', left: 20, width: 60 })
  })
})
