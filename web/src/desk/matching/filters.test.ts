import { expect, it } from 'vitest'
import type { Need, Offer } from '../../api/model'
import { isMet, needsLike, offersLike, openPeriods, subjectsOf } from './filters'

const need = (id: string, school: string, subject: string, met = 0) => ({ id, school: { id: school, name: school }, class: { id: 'c', name: '三年级1班' }, subject, periods: 2, met }) as Need
const offer = (id: string, lecturer: string, subject: string) => ({ id, school: { id: 's', name: '城关小学' }, lecturer: { id: lecturer, name: lecturer }, subject }) as Offer
const needs = [need('1', '青山小学', '音乐'), need('2', '石桥小学', '英语', 2), need('3', '青山小学', '英语', 1)]
const offers = [offer('a', '杨老师', '音乐'), offer('b', '刘老师', '英语')]
const ids = (list: { id: string }[]) => list.map((x) => x.id).join('')

it('filters needs by words, subject and state', () => {
  const f = { text: '', subject: '', state: 'open' as const }
  expect(ids(needsLike(needs, f))).toBe('13')
  expect(ids(needsLike(needs, { ...f, state: 'met' }))).toBe('2')
  expect(ids(needsLike(needs, { ...f, state: 'all', subject: '英语' }))).toBe('23')
  expect(ids(needsLike(needs, { ...f, text: ' 青山 ' }))).toBe('13')
})

it('shows the offers of the subject, whatever school is looked for', () => {
  expect(ids(offersLike(offers, { text: '青山', subject: '音乐', state: 'open' }))).toBe('a')
  expect(ids(offersLike(offers, { text: '刘', subject: '', state: 'open' }))).toBe('b')
})

it('knows how much is open', () => {
  expect([isMet(needs[1]!), openPeriods(needs[2]!), openPeriods(needs[1]!)]).toEqual([true, 1, 1])
  expect(subjectsOf(needs, offers)).toHaveLength(2)
})
