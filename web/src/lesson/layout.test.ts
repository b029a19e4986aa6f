import { describe, expect, test } from 'vitest'
import { arrange } from './layout'
import type { PaneKey, Shape, StageLayout } from './layout'

const guestKeys = (n: number): PaneKey[] => [...Array.from({ length: n }, (_, i): PaneKey => `guest-${i}`), 'own']

/** Rows and columns that a cell covers, as "row,column". */
function squares(area: string): string[] {
  const [r1, c1, r2, c2] = area.split(' / ').map(Number) as [number, number, number, number]
  const list: string[] = []
  for (let r = r1; r < r2; r++) for (let c = c1; c < c2; c++) list.push(`${r},${c}`)
  return list
}

const count = (tracks: string) =>
  tracks
    .replace(/(minmax|min)\([^)]*\)/g, 'auto')
    .replace(/repeat\((\d+), auto\)/g, (_, n: string) => 'auto '.repeat(Number(n)))
    .trim()
    .split(/\s+/).length

const find = (layout: StageLayout, key: PaneKey) => layout.cells.find((cell) => cell.key === key)

const all = (['wide', 'tall'] as Shape[]).flatMap((shape) =>
  [true, false].flatMap((courseware) =>
    [0, 1, 2, 3, 4].flatMap((n) => {
      const guests = guestKeys(n)
      return [null, ...guests].map((floor) => ({ shape, courseware, guests, floor }))
    }),
  ),
)

describe.each(all)('$shape courseware=$courseware guests=$guests.length floor=$floor', (input) => {
  const layout = arrange(input)

  test('everybody has one place, and nobody stands on another', () => {
    const keys = layout.cells.map((cell) => cell.key)
    expect([...keys].sort()).toEqual(['lecturer', ...(input.courseware ? ['courseware'] : []), ...input.guests].sort())
    const taken = layout.cells.flatMap((cell) => squares(cell.area))
    expect(new Set(taken).size).toBe(taken.length)
  })

  test('all places are inside of the grid', () => {
    for (const cell of layout.cells) {
      const [, , row, column] = cell.area.split(' / ').map(Number) as [number, number, number, number]
      expect(column - 1).toBeLessThanOrEqual(count(layout.columns))
      if (input.shape === 'wide') expect(row - 1).toBeLessThanOrEqual(count(layout.rows))
    }
  })

  test('who speaks is never small, the courseware always large', () => {
    if (input.floor) expect(find(layout, input.floor)?.size).not.toBe('small')
    if (input.courseware) expect(find(layout, 'courseware')?.size).toBe('large')
    else expect(find(layout, 'lecturer')?.size).toBe('large')
  })
})

test('without anybody else the lecturer fills the stage', () => {
  expect(arrange({ shape: 'wide', courseware: false, guests: [], floor: null }).name).toBe('alone')
})

test('lecturer and floor holder are equally large', () => {
  const layout = arrange({ shape: 'wide', courseware: false, guests: ['guest-0', 'guest-1'], floor: 'guest-0' })
  expect(squares(find(layout, 'guest-0')?.area ?? '').length).toBe(squares(find(layout, 'lecturer')?.area ?? '').length)
})

test('a floor holder whose picture is not on stage changes nothing', () => {
  const input = { shape: 'wide' as const, courseware: false, guests: guestKeys(1) }
  expect(arrange({ ...input, floor: 'guest-3' })).toEqual(arrange({ ...input, floor: null }))
})
