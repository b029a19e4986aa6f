import { expect, it } from 'vitest'
import { faults, withRow } from './bell-rows'

const row = (name: string, start: string, end: string) => ({ no: 1, name, start, end, lesson: true })

it('finds what is wrong with a bell schedule', () => {
  expect([...faults([row('a', '08:00', '08:40'), row('', '08:50', '09:30'), row('c', '09:40', '09:40'), row('d', '09:30', '10:00')])]).toEqual([
    [1, 'unnamed'], [2, 'backwards'], [3, 'overlaps'],
  ])
  expect(faults([row('a', '08:00', '08:40'), row('b', '08:40', '09:20')]).size).toBe(0)
})

it('adds a period after the last', () => {
  expect(withRow([row('a', '08:00', '08:40')], String)[1]).toEqual({ no: 2, name: '2', start: '08:50', end: '09:30', lesson: true })
  expect(withRow([], String)[0]?.start).toBe('08:00')
})
