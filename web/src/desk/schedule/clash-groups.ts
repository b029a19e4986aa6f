import type { Clash } from '../../api/model'
import { clock } from '../../ui/time'

export interface ClashGroup {
  key: string
  /** The earliest lesson that is in the way. */
  first: Clash
  /** How many lessons of this name at this time of day are in the way. */
  lessons: number
  /** Everyone and everything that would be in two places, once each. */
  who: Clash[]
}

/** A course clashes week after week with the same other course: told once, with a count. */
export function clashGroups(clashes: Clash[]): ClashGroup[] {
  const groups = new Map<string, Clash[]>()
  for (const c of [...clashes].sort((a, b) => a.start.localeCompare(b.start))) {
    const key = `${c.title} ${clock(c.start)}`
    groups.set(key, [...(groups.get(key) ?? []), c])
  }
  return [...groups].flatMap(([key, all]) => {
    const first = all[0]
    if (!first) return []
    const who = [...new Map(all.map((c) => [`${c.dimension} ${c.id}`, c] as const)).values()]
    return [{ key, first, lessons: new Set(all.map((c) => c.lesson)).size, who }]
  })
}
