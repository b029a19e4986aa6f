import type { BellSchedule, Calendar, CalendarDay, NewDay } from '../../api/model'
import { monday, plusDays } from '../../ui/time'

/** How a day of the term's picture looks. */
export type Look = 'outside' | 'free' | 'school' | 'off' | 'like' | 'bells'

/** The term's weeks, Monday to Sunday; a day outside the term is null. */
export function weeksOf(days: CalendarDay[]): { week: number; monday: string; days: (CalendarDay | null)[] }[] {
  const byDate = new Map(days.map((d) => [d.date, d]))
  const first = days[0]?.date
  const last = days[days.length - 1]?.date
  if (!first || !last) return []
  const weeks = []
  for (let at = monday(first); at <= last; at = plusDays(at, 7)) {
    const row = Array.from({ length: 7 }, (_, i) => byDate.get(plusDays(at, i)) ?? null)
    weeks.push({ week: row.find((d) => d)?.week ?? 0, monday: at, days: row })
  }
  return weeks
}

/** The decision about the day that holds; "ordinary" undoes a default. */
export const ruleOf = (d: CalendarDay) => d.rules[0]

export function lookOf(d: CalendarDay | null, school = true): Look {
  if (!d) return 'outside'
  const rule = ruleOf(d)
  if (rule && rule.kind !== 'ordinary') return rule.kind
  return d.bells || (!school && d.weekday <= 5) ? 'school' : 'free' // an area's defaults need no bells
}

/** Whose decision it is that the day is as it is: the calendar's own, or a default's. */
export const isOwn = (c: Calendar, d: CalendarDay) => ruleOf(d)?.by === c.area.id

/** What the area itself decided about the day; none: the default holds. */
export const ownRule = (c: Calendar, d: CalendarDay): NewDay | undefined => d.rules.find((r) => r.by === c.area.id)

/** Own schedules first, then the defaults, each by the day from which they ring. */
export const bellsInOrder = (c: Calendar): BellSchedule[] =>
  [...c.bells].sort((a, b) => Number(a.by !== c.area.id) - Number(b.by !== c.area.id) || (a.from ?? '').localeCompare(b.from ?? '') || a.name.localeCompare(b.name))

/** Schedules of a term get one colour each, in their order. */
export const colourOf = (c: Calendar, bells: string | undefined) => bellsInOrder(c).findIndex((b) => b.id === bells)

/** Where the arrow keys lead from a date; stays within the term. */
export function stepped(days: CalendarDay[], from: string, key: string): string {
  const by: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 }
  const to = by[key] === undefined ? from : plusDays(from, by[key])
  return days.some((d) => d.date === to) ? to : from
}
