import { expect, it } from 'vitest'
import { faults, tidyTime, withRow } from './bell-rows'

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

it('understands how people type a time', () => {
  expect(['8:05', '805', '0805', '8：5', ' 14.30 ', '08:20'].map(tidyTime)).toEqual(['08:05', '08:05', '08:05', '08:05', '14:30', '08:20'])
  expect(['25:00', 'noon', '', '8'].map(tidyTime)).toEqual(['25:00', 'noon', '', '8'])
  expect([...faults([row('a', '8:00', '08:40')])]).toEqual([[0, 'malformed']])
})
