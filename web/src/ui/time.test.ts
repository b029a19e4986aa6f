import { describe, expect, it } from 'vitest'
import { clock, day, hhmm, minutes, monday, playTime, plusDays, weekday } from './time'

describe('school time', () => {
  it('is Shanghai time, wherever the browser is', () => {
    expect(clock('2026-11-22T00:20:00Z')).toBe('08:20')
    expect(day('2026-11-22T16:30:00Z')).toBe('2026-11-23')
    expect(minutes('2026-11-22T16:30:00Z')).toBe(30)
    expect([minutes('08:20'), hhmm(500)]).toEqual([500, '08:20'])
  })
  it('counts days over months, years and changes of summer time', () => {
    expect(plusDays('2026-12-31', 1)).toBe('2027-01-01')
    expect(plusDays('2026-03-29', 1)).toBe('2026-03-30')
    expect([weekday('2026-11-22'), monday('2026-11-22'), monday('2026-11-23')]).toEqual([7, '2026-11-16', '2026-11-23'])
  })
})

it('shows a player’s time', () => {
  expect([0, 5, 65, 600, 3661].map(playTime)).toEqual(['0:00', '0:05', '1:05', '10:00', '1:01:01'])
})
