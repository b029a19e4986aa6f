import { expect, it } from 'vitest'
import type { Calendar } from '../../api/model'
import { laneOf } from './lanes'

const period = (start: string) => ({ no: 1, name: '1', start, end: '23:00', lesson: true })
const day = (date: string, weekday: number, more: object = {}) => ({ date, week: 13, weekday, parity: 13, off: false, bells: 'winter', rules: [], ...more })
const calendar = {
  bells: [{ id: 'winter', name: '冬季', periods: [period('08:30')] }, { id: 'exam', name: '考试', periods: [period('09:00')] }],
  days: [day('2026-11-23', 1), day('2026-11-24', 2, { off: true, rules: [{ name: '运动会' }] }), day('2026-11-25', 3, { bells: 'exam' }), day('2026-11-28', 5, { rules: [{ name: '调休' }] }), day('2026-11-29', 7, { off: true, bells: undefined })],
} as unknown as Calendar

it('a week has the bells that ring in it, its number, and marks on the days that are otherwise', () => {
  const lane = laneOf({ id: 'a', name: 'A', bells: [period('08:00')] }, calendar, '2026-11-23')
  expect([lane.bells[0]?.start, lane.week]).toEqual(['08:30', 13])
  expect([...lane.marks]).toEqual([
    ['2026-11-24', { off: true, like: undefined, bells: undefined, occasion: '运动会' }],
    ['2026-11-25', { off: false, like: undefined, bells: '考试', occasion: undefined }],
    ['2026-11-28', { off: false, like: 5, bells: undefined, occasion: '调休' }],
  ])
  expect(laneOf({ id: 'a', name: 'A', bells: [period('08:00')] }, undefined, '2026-11-23').bells[0]?.start).toBe('08:00')
})
