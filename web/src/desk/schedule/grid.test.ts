import { describe, expect, it } from 'vitest'
import type { Lesson, Period } from '../../api/model'
import { minutes } from '../../ui/time'
import { common, dayRange, hours, periodsOf, place, spanOf } from './grid'

const bells = (...times: string[]): Period[] => times.map((t, i) => ({ no: i + 1, name: `${i + 1}`, start: t.slice(0, 5), end: t.slice(6), lesson: true }))
const minghu = periodsOf(bells('08:20-09:00', '09:10-09:50', '10:20-11:00'))
const qingshan = periodsOf(bells('08:30-09:10', '09:20-10:00', '10:30-11:10'))
const shiqiao = periodsOf(bells('08:00-08:40', '08:50-09:30', '10:00-10:40'))
const lesson = (id: string, start: string, end: string) => ({ id, start: `2026-11-23T${start}:00+08:00`, end: `2026-11-23T${end}:00+08:00` }) as Lesson

describe('common time', () => {
  it('is what lies inside a period of every school', () => {
    expect(common([minghu, qingshan], 10)).toEqual([{ start: 510, end: 540 }, { start: 560, end: 590 }, { start: 630, end: 660 }])
    expect(common([minghu, qingshan, shiqiao], 10).map((s) => s.end - s.start)).toEqual([10, 10, 10, 10])
  })
  it('is nothing when it is shorter than asked', () => expect(common([minghu, qingshan], 31)).toEqual([]))
  it('of one school is its own periods', () => expect(common([minghu], 10)).toHaveLength(3))
  it('leaves out rows that are no lessons', () => {
    expect(periodsOf([{ no: 0, name: 'reading', start: '07:50', end: '08:10', lesson: false }, ...bells('08:20-09:00')])).toHaveLength(1)
  })
})

describe('the axis', () => {
  it('holds everything, to half hours', () => {
    expect(dayRange([{ start: minutes('07:50'), end: minutes('15:40') }])).toEqual({ start: 450, end: 960 })
    expect(dayRange([])).toEqual({ start: 480, end: 720 })
    expect(hours({ start: 450, end: 600 })).toEqual([480, 540, 600])
  })
})

describe('lessons', () => {
  it('are placed in the time of the schools, wherever the browser is', () => expect(spanOf(lesson('a', '08:30', '09:00'))).toEqual({ start: 510, end: 540 }))
  it('that do not meet have the whole width', () => {
    expect(place([lesson('a', '08:00', '08:40'), lesson('b', '08:40', '09:20')]).map((p) => [p.lane, p.lanes])).toEqual([[0, 1], [0, 1]])
  })
  it('at the same time stand side by side, each group by itself', () => {
    const placed = place([lesson('a', '08:00', '09:00'), lesson('b', '08:20', '08:40'), lesson('c', '08:30', '09:10'), lesson('d', '08:40', '09:00'), lesson('e', '10:00', '10:40')])
    expect(placed.map((p) => [p.lesson.id, p.lane, p.lanes])).toEqual([['a', 0, 3], ['b', 1, 3], ['c', 2, 3], ['d', 1, 3], ['e', 0, 1]])
  })
  it('past midnight end with the day', () => {
    expect(spanOf({ start: '2026-11-23T23:30:00+08:00', end: '2026-11-24T00:30:00+08:00' })).toEqual({ start: 1410, end: 1440 })
  })
})
