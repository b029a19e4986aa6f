import { describe, expect, it } from 'vitest'
import type { Lesson, LessonTime } from '../../../api/model'
import { whenNow, whenOf } from './act'
import { distinct, nearest, verdictOf } from './moving'

const time = (date: string, start: string, end: string, free = true, past = false): LessonTime => ({
  date, start: `${date}T${start}:00+08:00`, end: `${date}T${end}:00+08:00`, free, past, clashes: [],
  periods: [{ school: 'a', no: 5, name: '5', start, end }, { school: 'b', no: 6, name: '6', start, end }],
})
const times = [time('2026-11-24', '14:00', '14:40'), time('2026-11-24', '14:50', '15:30', false), time('2026-11-25', '14:00', '14:40', true, true)]

describe('moving a lesson', () => {
  it('means the nearest time of the day that is pointed at, and none far away', () => {
    expect(nearest(times, '2026-11-24', 14 * 60 + 10)?.start).toContain('14:00')
    expect(nearest(times, '2026-11-24', 15 * 60)?.start).toContain('14:50')
    expect(nearest(times, '2026-11-24', 8 * 60)).toBeUndefined()
    expect(nearest(times, '2026-11-25', 14 * 60 + 20)).toBeUndefined()
  })
  it('tells what each time is', () => {
    expect(times.map((t) => verdictOf(t, '2026-11-24T06:00:00Z'))).toEqual(['here', 'taken', 'past'])
    expect(verdictOf(times[0] as LessonTime, '2026-11-24T07:00:00Z')).toBe('free')
  })
  it('prefers a free one of several at the same time', () => {
    const [one] = distinct([time('2026-11-24', '14:00', '14:40', false), time('2026-11-24', '14:00', '14:40')])
    expect(one?.free).toBe(true)
  })
  it('names the time by each school’s own periods, and can go back', () => {
    expect(whenOf(times[0] as LessonTime)).toEqual({ date: '2026-11-24', periods: { a: 5, b: 6 } })
    const lesson = (period?: object) => ({ start: 's', end: 'e', rooms: [{ school: 'a', period: { no: 5 } }, { school: 'b', period }] }) as unknown as Lesson
    expect(whenNow(lesson({ no: 6 }), '2026-11-24')).toEqual({ date: '2026-11-24', periods: { a: 5, b: 6 } })
    expect(whenNow(lesson(), '2026-11-24')).toEqual({ start: 's', end: 'e' })
  })
})
