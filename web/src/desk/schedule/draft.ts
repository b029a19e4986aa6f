import type { NewCourse, Pairing, Person, SchoolDetail, Slot } from '../../api/model'
import { type Cycle, cycleKey, cycleOf, weekly } from './cycle'
import { slotKey } from './slot-rows'

/** A receiving place as it is being chosen; `on` false leaves the school out of this course. */
export interface Place {
  school: string
  on: boolean
  room?: string
  class?: string
  /** A teaching group instead of a class. */
  group?: string
  assistant?: string
}

/** A slot with the weeks in which it is held. */
export interface ChosenSlot extends Slot {
  cycle: Cycle
}

/** A course as it is being planned. */
export interface Draft {
  pairing?: string
  title: string
  subject: string
  grade: number
  kind: NewCourse['kind']
  from: string
  to: string
  lecturer?: string
  lecturerRoom?: string
  places: Place[]
  /** Ids of portable devices that it borrows. */
  devices: string[]
  /** Of the slots that are chosen next. */
  cycle: Cycle
  slots: ChosenSlot[]
}

/** Everything that can be chosen from, of one pairing. */
export interface Choices {
  pairing: Pairing
  lead: SchoolDetail
  partners: SchoolDetail[]
  lecturers: Person[]
  assistants: Map<string, Person[]>
}

export const emptyDraft = (today: string, later: string): Draft => ({
  title: '', subject: '', grade: 3, kind: 'delivered', from: today, to: later, places: [], devices: [], cycle: weekly, slots: [],
})

/** Fills in what is obvious: the only lecturer, the lecturer room, each partner's interactive room and its class of the grade. */
export function filled(d: Draft, c: Choices, today: string): Draft {
  return {
    ...d,
    pairing: c.pairing.id,
    from: today > c.lead.term.from ? today : c.lead.term.from,
    to: c.lead.term.to > today ? c.lead.term.to : d.to,
    lecturer: c.lecturers.length === 1 ? c.lecturers[0]?.id : undefined,
    lecturerRoom: c.lead.rooms.find((r) => r.class === 'lecturer')?.id,
    places: c.partners.map((p) => ({
      school: p.id,
      on: true,
      room: p.rooms.find((r) => r.class === 'interactive')?.id,
      class: p.classes.find((k) => k.grade === d.grade)?.id,
      assistant: c.assistants.get(p.id)?.[0]?.id,
    })),
    devices: [],
    slots: [],
  }
}

/** The grade decides which classes fit: a class of another grade is taken out again. */
export function withGrade(d: Draft, grade: number, partners: SchoolDetail[]): Draft {
  const classOf = (school: string) => partners.find((p) => p.id === school)?.classes.find((k) => k.grade === grade)?.id
  return { ...d, grade, places: d.places.map((p) => ({ ...p, class: classOf(p.school), group: undefined })), slots: [] }
}

/** A receiving place as it is now; a school that takes no part lends nothing. */
export function withPlace(d: Draft, place: Place, school: SchoolDetail): Draft {
  const devices = place.on ? d.devices : d.devices.filter((id) => !school.portableDevices.some((p) => p.id === id))
  return { ...d, places: d.places.map((p) => (p.school === place.school ? place : p)), devices, slots: [] }
}

const chosenKey = (s: ChosenSlot) => `${slotKey(s)} ${cycleKey(s.cycle)}`

/** Takes a slot in for the weeks that are chosen now, or out again. */
export function toggled(d: Draft, slot: Slot, cycle = d.cycle): Draft {
  const one = { ...slot, cycle }
  const rest = d.slots.filter((s) => chosenKey(s) !== chosenKey(one))
  return { ...d, slots: rest.length < d.slots.length ? rest : [...rest, one] }
}

/** Keys of the slots that are chosen for the weeks that are chosen now. */
export const chosenNow = (d: Draft) => d.slots.filter((s) => cycleKey(s.cycle) === cycleKey(d.cycle)).map(slotKey)

/** Enough is known to look for common slots. */
export const placesReady = (d: Draft) =>
  Boolean(d.lecturer && d.lecturerRoom && d.places.some((p) => p.on)) && d.places.every((p) => !p.on || (p.room && (p.class || p.group)))

/** The course as the server takes it, or null while something is missing. */
export function courseOf(d: Draft): NewCourse | null {
  const { pairing, lecturer, lecturerRoom } = d
  const title = d.title.trim()
  if (!pairing || !lecturer || !lecturerRoom || title === '' || d.subject.trim() === '' || d.slots.length === 0 || !placesReady(d)) return null
  return {
    title, subject: d.subject.trim(), grade: d.grade, kind: d.kind, pairing, lecturer, lecturerRoom, from: d.from, to: d.to,
    minutes: Math.min(...d.slots.map((s) => s.minutes)),
    receiving: d.places.filter((p) => p.on).map((p) => ({ school: p.school, room: p.room ?? '', class: p.class, group: p.group, assistant: p.assistant })),
    devices: d.devices.length > 0 ? d.devices : undefined,
    slots: d.slots.map((s) => ({ weekday: s.weekday, periods: Object.fromEntries(s.periods.map((p) => [p.school, p.no])), ...cycleOf(s.cycle) })),
  }
}
