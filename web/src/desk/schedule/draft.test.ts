import { describe, expect, it } from 'vitest'
import type { Slot } from '../../api/model'
import { courseOf, type Draft, placesReady, toggled } from './draft'

const slot: Slot = {
  weekday: 2, start: '08:30', end: '09:00', minutes: 30, weeks: 16, free: true, clashes: [], spells: [],
  periods: [{ school: 'lead', no: 1, name: '1', start: '08:20', end: '09:00' }, { school: 'qing', no: 2, name: '2', start: '08:30', end: '09:10' }],
}
const draft: Draft = {
  pairing: 'p', title: ' Maths ', subject: 'M', grade: 3, kind: 'delivered', from: '2026-11-23', to: '2027-01-20', lecturer: 'chen', lecturerRoom: 'r1',
  places: [{ school: 'qing', on: true, room: 'r2', class: 'c2', assistant: 'lin' }, { school: 'shi', on: false }], slots: [slot],
}

describe('a course being planned', () => {
  it('becomes what the server takes: only the schools that take part, in their own periods', () => {
    expect(courseOf(draft)).toMatchObject({
      title: 'Maths', minutes: 30, receiving: [{ school: 'qing', room: 'r2', class: 'c2', assistant: 'lin' }],
      slots: [{ weekday: 2, periods: { lead: 1, qing: 2 } }],
    })
  })
  it('is not complete without title, subject, places or slots', () => {
    for (const lack of [{ title: ' ' }, { subject: '' }, { slots: [] }, { lecturer: undefined }, { places: [] }, { places: [{ school: 'qing', on: true, room: 'r2' }] }]) {
      expect(courseOf({ ...draft, ...lack }), JSON.stringify(lack)).toBeNull()
    }
    expect(placesReady({ ...draft, places: [{ school: 'qing', on: false }] })).toBe(false)
  })
  it('takes a slot in and out', () => {
    expect(toggled(draft, slot).slots).toEqual([])
    expect(toggled(toggled(draft, slot), slot).slots).toEqual([slot])
  })
})
