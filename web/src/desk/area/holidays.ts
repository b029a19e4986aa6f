import type { HolidayChoice, HolidayRow } from '../../api/areas'

/** What people decided about days of the file, by date. */
export type Choices = Record<string, HolidayChoice>

/** The rows that would be taken over: those outside the schools' terms only where that is wanted. What must be mended is always told. */
export const shown = (rows: HolidayRow[], outside: boolean) => rows.filter((r) => outside || !r.outside || r.state === 'bad')

/** Make-up days about which somebody has to decide yet what they follow. */
export const undecided = (rows: HolidayRow[], choices: Choices, outside: boolean) =>
  shown(rows, outside).filter((r) => !r.off && r.date && (r.state === 'new' || r.state === 'changed') && !choices[r.date])

/** How many days the import would decide anew. */
export const coming = (rows: HolidayRow[], choices: Choices, outside: boolean) =>
  shown(rows, outside).filter((r) => {
    const kind = r.date ? choices[r.date]?.kind : undefined
    return r.state !== 'bad' && kind !== 'keep' && (kind === 'like' || (kind === 'open' ? r.now !== undefined : r.state !== 'same'))
  }).length

/** The suggestion as a choice. */
export const suggested = (r: HolidayRow): HolidayChoice | undefined =>
  r.suggestion && r.date ? { date: r.date, kind: 'like', weekday: r.suggestion.weekday, week: r.suggestion.week } : undefined

/** A choice as the value of a list, and back. */
export const keyOf = (c: HolidayChoice | undefined) => (c?.kind === 'like' ? `like${c.weekday}` : c?.kind)
export const choiceOf = (date: string, key: string): HolidayChoice =>
  key.startsWith('like') ? { date, kind: 'like', weekday: Number(key.slice(4)) } : { date, kind: key as HolidayChoice['kind'] }
