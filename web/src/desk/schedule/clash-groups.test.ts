import { expect, it } from 'vitest'
import type { Clash } from '../../api/model'
import { clashGroups } from './clash-groups'

const clash = (dimension: Clash['dimension'], id: string, lesson: string, date: string): Clash => ({
  dimension, id, who: id, lesson, title: 'Maths', start: `${date}T06:00:00Z`, end: `${date}T06:40:00Z`, solve: 'other-slot', lessons: [],
})

it('tells a weekly clash once, with everyone in it', () => {
  const groups = clashGroups([
    clash('lecturer', 'chen', 'l2', '2026-12-08'), clash('lecturer', 'chen', 'l1', '2026-12-01'),
    clash('room', 'r1', 'l1', '2026-12-01'), clash('room', 'r1', 'l2', '2026-12-08'),
  ])
  expect(groups).toHaveLength(1)
  expect(groups[0]).toMatchObject({ lessons: 2, first: { lesson: 'l1' } })
  expect(groups[0]?.who.map((c) => c.id)).toEqual(['chen', 'r1'])
  expect(clashGroups([])).toEqual([])
})
