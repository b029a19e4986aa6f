import type { TermPart, TermSlot } from '../../api/model'
import { minutes } from '../../ui/time'

export type Kind = TermPart['kind']
export type Shown = 'all' | Kind | 'unplaced'

/** What a block of a week's picture shows. */
export interface Block {
  weekday: number
  /** Where it begins and how long it is, in percent of the day that is shown. */
  from: number
  length: number
  kind: Kind | 'was'
  time: string
  text: string
}

/** The day that is shown, minutes after midnight. */
export const DAY = { start: 7 * 60 + 30, end: 18 * 60 }

function block(s: TermSlot, kind: Block['kind'], text: string): Block {
  const from = minutes(s.start)
  const to = minutes(s.end)
  const span = DAY.end - DAY.start
  return { weekday: s.weekday, from: ((from - DAY.start) / span) * 100, length: ((to - from) / span) * 100, kind, time: `${s.start}–${s.end}`, text }
}

/** The picture of a part: where it is, and of what is moved where it was. */
export const blocksOf = (p: TermPart): Block[] => [
  ...(p.was ?? []).filter((s) => s.start !== '').map((s) => block(s, 'was', p.subject)),
  ...p.slots.filter((s) => s.start !== '').map((s) => block(s, p.kind, p.subject)),
]

export const needle = (p: TermPart): string =>
  [p.subject, p.lecturer.name, p.school.name, p.room.name, ...p.seats.flatMap((s) => [s.school.name, s.class.name])].join(' ').toLowerCase()

export const like = (parts: TermPart[], kind: Shown, text: string): TermPart[] =>
  parts.filter((p) => (kind === 'all' || p.kind === kind) && needle(p).includes(text.trim().toLowerCase()))

export interface SchoolWeek {
  id: string
  name: string
  blocks: Block[]
}

/** The week of each school in which something is planned: what it receives, and what it gives. */
export function weeksOf(parts: TermPart[]): SchoolWeek[] {
  const byId = new Map<string, SchoolWeek>()
  const add = (school: { id: string; name: string }, p: TermPart, text: string) => {
    const w = byId.get(school.id) ?? { ...school, blocks: [] }
    w.blocks.push(...blocksOf(p).map((b) => ({ ...b, text })))
    byId.set(school.id, w)
  }
  for (const p of parts) {
    add(p.school, p, `${p.subject} ${p.lecturer.name} → ${p.seats.map((s) => s.school.name).join(' / ')}`)
    for (const s of p.seats) add(s.school, p, `${s.class.name} ${p.subject} ${p.lecturer.name}`)
  }
  return [...byId.values()].sort((a, b) => b.blocks.length - a.blocks.length || a.name.localeCompare(b.name, 'zh'))
}

/** Parts in groups of a size that one request takes. */
export function chunks(parts: number[], size: number): number[][] {
  const list: number[][] = []
  for (let i = 0; i < parts.length; i += size) list.push(parts.slice(i, i + size))
  return list
}

/** How many other parts a part is accepted with. */
export const others = (p: TermPart, parts: TermPart[]): number => (p.bundle === 0 ? 0 : parts.filter((o) => o.bundle === p.bundle).length - 1)

export const canAccept = (p: TermPart): boolean => !p.accepted && p.kind !== 'kept'
export const canUndo = (p: TermPart): boolean => p.accepted && p.kind !== 'kept'
