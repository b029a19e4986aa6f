import type { Ledger, Periods } from '../../api/model'

/** One line of the picture: a name with its periods. */
export interface LedgerRow extends Omit<Periods, 'permille'> {
  key: string
  name: string
  permille?: number
}

export type By = 'schools' | 'subjects' | 'lecturers' | 'leads' | 'lines'
export const kinds: By[] = ['schools', 'subjects', 'lecturers', 'leads', 'lines']

/** The rows of one picture, the lowest rate first; those of whom nothing is required come last. */
export function rowsOf(l: Ledger, by: By): LedgerRow[] {
  const rows = by === 'lines'
    ? l.lines.map((x) => ({ ...x, key: `${x.class.id} ${x.subject}`, name: `${x.school.name} ${x.class.name} ${x.subject}` }))
    : l[by].map((x) => ({ ...x, key: x.id }))
  return rows.sort((a, b) => (a.permille ?? Infinity) - (b.permille ?? Infinity) || a.name.localeCompare(b.name, 'zh'))
}

/** The longest bar: what all the others are drawn against. */
export const longestOf = (rows: LedgerRow[]) => Math.max(1, ...rows.map((r) => Math.max(r.required, r.delivered + r.planned + r.lost)))

export type Rating = 'none' | 'low' | 'fair' | 'full'

/** How well the required periods are given: all of them, nine tenths, or less. */
export function ratingOf(permille: number | undefined): Rating {
  if (permille === undefined) return 'none'
  return permille >= 1000 ? 'full' : permille >= 900 ? 'fair' : 'low'
}
