import { describe, expect, it } from 'vitest'
import { chapterAt, marks, neighbour, titled } from './chapters'

const chapters = [{ start: 0, title: 'a', kind: 'slide' }, { start: 60, title: 'b', kind: 'slide' }, { start: 95.5, title: 'c', kind: 'floor' }]

describe('chapters', () => {
  it('run until the next begins', () => {
    expect([0, 59, 60, 95.4, 500].map((s) => chapterAt(chapters, s))).toEqual([0, 0, 1, 2, 2])
    expect(chapterAt([], 10)).toBe(-1)
    expect(chapterAt([{ start: 5, title: 'late', kind: 'slide' }], 1)).toBe(-1)
  })
  it('of a slide without a title are named by their page', () => {
    expect(titled([{ start: 0, title: '3', kind: 'slide' }, { start: 1, title: '例题 3', kind: 'slide' }, { start: 2, title: '3', kind: 'floor' }], (n) => `第 ${n} 页`).map((c) => c.title))
      .toEqual(['第 3 页', '例题 3', '3'])
  })
  it('are marked on the bar, except at its beginning and beyond its end', () => {
    expect(marks(chapters, 120).map((m) => m.at)).toEqual([50, (95.5 / 120) * 100])
    expect(marks(chapters, 80).map((m) => m.chapter.title)).toEqual(['b'])
    expect(marks(chapters, 0)).toEqual([])
    expect(marks(chapters, Number.NaN)).toEqual([])
  })
  it('lead on and back; back goes to the chapter before only at a beginning', () => {
    expect(neighbour(chapters, 10, 1)).toBe(60)
    expect(neighbour(chapters, 200, 1)).toBeNull()
    expect(neighbour(chapters, 70, -1)).toBe(60)
    expect(neighbour(chapters, 61, -1)).toBe(0)
  })
})
