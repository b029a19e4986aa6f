import { describe, expect, it } from 'vitest'
import type { TermPart } from '../../api/model'
import { blocksOf, canAccept, canUndo, chunks, DAY, like, others, weeksOf } from './term'

const part = (no: number, more: Partial<TermPart> = {}): TermPart => ({
  no, kind: 'new', subject: '英语', grade: 3, lecturer: { id: 'liu', name: '刘老师' }, school: { id: 'a', name: '明湖小学' }, room: { id: 'r', name: '录播室' },
  seats: [{ need: `n${no}`, school: { id: 'b', name: '石桥小学' }, class: { id: 'c', name: '三年级1班' } }],
  slots: [{ weekday: 2, start: '08:20', end: '09:00', periods: { a: 1, b: 1 } }], locked: false, accepted: false, bundle: 0, ...more,
})

describe('a part of a term', () => {
  it('is a block where it is and an outline where it was', () => {
    const moved = part(1, { kind: 'moved', was: [{ weekday: 4, start: '07:30', end: '18:00', periods: {} }] })
    const [was, is] = blocksOf(moved)
    expect(was).toMatchObject({ weekday: 4, kind: 'was', from: 0, length: 100 })
    expect(is).toMatchObject({ weekday: 2, kind: 'moved', time: '08:20–09:00' })
    expect(is!.from).toBeCloseTo((50 / (DAY.end - DAY.start)) * 100)
    expect(blocksOf(part(1, { slots: [{ weekday: 1, start: '', end: '', periods: {} }] }))).toEqual([])
  })
  it('is found by kind and by the words of all who take part', () => {
    const all = [part(1), part(2, { kind: 'kept', subject: '音乐' })]
    expect(like(all, 'new', '').map((p) => p.no)).toEqual([1])
    expect(like(all, 'all', ' 石桥 ').map((p) => p.no)).toEqual([1, 2])
    expect(like(all, 'all', '音乐').map((p) => p.no)).toEqual([2])
  })
  it('stands in the week of every school', () => {
    const weeks = weeksOf([part(1), part(2, { seats: [{ need: 'x', school: { id: 'd', name: '柳溪小学' }, class: { id: 'e', name: '四年级1班' } }] })])
    expect(weeks.map((w) => [w.name, w.blocks.length])).toEqual([['明湖小学', 2], ['柳溪小学', 1], ['石桥小学', 1]])
  })
  it('is accepted with its bundle, and once', () => {
    const all = [part(1, { bundle: 1 }), part(2, { bundle: 1 }), part(3)]
    expect(all.map((p) => others(p, all))).toEqual([1, 1, 0])
    expect([part(1), part(1, { accepted: true }), part(1, { kind: 'kept', accepted: true })].map((p) => [canAccept(p), canUndo(p)])).toEqual([[true, false], [false, true], [false, false]])
  })
  it('goes to the server in small groups', () => {
    expect(chunks([1, 2, 3, 4, 5], 2)).toEqual([[1, 2], [3, 4], [5]])
    expect(chunks([], 2)).toEqual([])
  })
})
