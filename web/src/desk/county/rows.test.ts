import { describe, expect, it } from 'vitest'
import type { Lesson } from '../../api/model'
import { shownRows } from '../../ui/useWindow'
import { counts, daysOf, placed, roomRows } from './rows'

const lesson = (id: string, date: string, rooms: string[], state = 'planned') => ({
  id, title: `课${id}`, state, start: `${date}T10:00:00+08:00`, end: `${date}T11:00:00+08:00`, lecturer: { id: 'chen', name: '陈老师' },
  rooms: rooms.map((r) => ({ id: r, name: `教室${r}`, schoolName: r < 'm' ? '甲校' : '乙校' })),
}) as unknown as Lesson
const lessons = [lesson('1', '2026-11-24', ['a', 'x']), lesson('2', '2026-11-25', ['a'], 'cancelled'), lesson('3', '2026-11-28', ['b'])]

describe('the county’s rooms', () => {
  it('are rows with their lessons, by school, and can be searched', () => {
    expect(roomRows(lessons).map((r) => [r.id, r.lessons.length])).toEqual([['a', 2], ['b', 1], ['x', 1]])
    expect(roomRows(lessons, '乙校').map((r) => r.id)).toEqual(['x'])
    expect(roomRows(lessons, '课3').map((r) => r.id)).toEqual(['b'])
  })
  it('stand on the axis of a day or a week', () => {
    expect(daysOf('2026-11-25', true, lessons)).toEqual(['2026-11-23', '2026-11-24', '2026-11-25', '2026-11-26', '2026-11-27', '2026-11-28'])
    expect(placed(lessons[0] as Lesson, ['2026-11-24'], { start: 480, end: 720 })).toEqual({ left: 50, width: 25 })
    expect(placed(lessons[0] as Lesson, ['2026-11-23', '2026-11-24'], { start: 480, end: 720 })).toEqual({ left: 75, width: 12.5 })
    expect(placed(lessons[2] as Lesson, ['2026-11-24'], { start: 480, end: 720 })).toBeUndefined()
  })
  it('are counted by what they look like', () => expect([...counts(lessons, 0)]).toEqual([['planned', 2], ['cancelled', 1]]))
  it('are drawn only where they can be seen', () => {
    expect(shownRows(0, 400, 40, 3000)).toEqual({ from: 0, to: 18 })
    expect(shownRows(40_000, 400, 40, 3000)).toEqual({ from: 992, to: 1018 })
    expect(shownRows(0, 400, 40, 3)).toEqual({ from: 0, to: 3 })
  })
})
