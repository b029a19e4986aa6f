import { describe, expect, it } from 'vitest'
import type { SchoolDetail, Slot } from '../../api/model'
import { weekly } from './cycle'
import { chosenNow, courseOf, type Draft, placesReady, toggled, withPlace } from './draft'

const slot: Slot = {
  weekday: 2, start: '08:30', end: '09:00', minutes: 30, weeks: 16, dates: [], free: true, clashes: [], spells: [],
  periods: [{ school: 'lead', no: 1, name: '1', start: '08:20', end: '09:00' }, { school: 'qing', no: 2, name: '2', start: '08:30', end: '09:10' }],
}
const draft: Draft = {
  pairing: 'p', title: ' Maths ', subject: 'M', grade: 3, kind: 'delivered', from: '2026-11-23', to: '2027-01-20', lecturer: 'chen', lecturerRoom: 'r1',
  places: [{ school: 'qing', on: true, room: 'r2', class: 'c2', assistant: 'lin' }, { school: 'shi', on: false }], devices: [], cycle: weekly, slots: [{ ...slot, cycle: weekly }],
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
    expect(toggled(toggled(draft, slot), slot).slots).toEqual(draft.slots)
  })
  it('takes the same slot in for other weeks beside it', () => {
    const cycle = { weeks: 'cycle' as const, every: 3, anchor: '2026-12-01' }
    const both = toggled({ ...draft, cycle }, slot)
    expect(both.slots.map((s) => s.cycle)).toEqual([weekly, cycle])
    expect(chosenNow(both)).toHaveLength(1)
    expect(courseOf(both)?.slots.map((s) => [s.weeks, s.every, s.anchor])).toEqual([[undefined, undefined, undefined], ['cycle', 3, '2026-12-01']])
    expect(toggled(both, slot, weekly).slots.map((s) => s.cycle)).toEqual([cycle])
    expect(courseOf({ ...draft, slots: [{ ...slot, cycle: { ...cycle, weeks: 'odd' } }] })?.slots[0]).toEqual({ weekday: 2, periods: { lead: 1, qing: 2 }, weeks: 'odd' })
  })
  it('borrows devices of those who take part', () => {
    const school = { id: 'qing', portableDevices: [{ id: 'cart', name: 'Cart' }] } as SchoolDetail
    const lent = { ...draft, devices: ['cart', 'own'] }
    expect(courseOf(lent)?.devices).toEqual(['cart', 'own'])
    expect(withPlace(lent, { school: 'qing', on: false }, school).devices).toEqual(['own'])
    expect(withPlace(lent, { school: 'qing', on: true, room: 'r9' }, school).devices).toEqual(['cart', 'own'])
  })
})
