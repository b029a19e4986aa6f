import { expect, it } from 'vitest'
import type { Ledger } from '../../api/model'
import { longestOf, ratingOf, rowsOf } from './bars'

const periods = (required: number, delivered: number, more = {}) => ({ required, delivered, planned: 0, substituted: 0, madeUp: 0, cancelled: 0, missed: 0, lost: 0, ...more })
const ledger = {
  schools: [{ id: 'a', name: '甲', ...periods(10, 9), permille: 900 }, { id: 'b', name: '乙', ...periods(10, 4, { planned: 8, lost: 1 }), permille: 400 }, { id: 'c', name: '丙', ...periods(0, 3) }],
  lines: [{ school: { id: 'a', name: '甲' }, class: { id: 'k', name: '三1' }, subject: '数学', ...periods(10, 9), permille: 900 }],
} as unknown as Ledger

it('the lowest rate comes first, who has none comes last', () => {
  const rows = rowsOf(ledger, 'schools')
  expect(rows.map((r) => r.name)).toEqual(['乙', '甲', '丙'])
  expect(longestOf(rows)).toBe(13)
  expect(longestOf([])).toBe(1)
  expect(rowsOf(ledger, 'lines').map((r) => r.name)).toEqual(['甲 三1 数学'])
})
it('a rate is judged', () => expect([undefined, 899, 900, 1000].map(ratingOf)).toEqual(['none', 'low', 'fair', 'full']))
