// What the lecturer sees of each room: in the timetable's order, so that a tile stays where it is for the whole lesson. Pure.

import type { Lesson } from '../../live/lesson-api'
import type { LessonState, Participant, Source } from '../../live/wire'

export interface RoomTile {
  /** Room id, or participant id for a guest who is not on the timetable. */
  key: string
  /** The school's name, since rooms of different schools are often called the same; without a school the room's. */
  title: string
  /** The room's name, '' where it is the title. */
  room: string
  /** Both. */
  name: string
  /** null: not here. */
  participant: Participant | null
  source: Source | null
  /** Place in the queue of hands, 0: hand is down. */
  hand: number
  /** How often it had the floor. */
  turns: number
  speaking: boolean
}

export function roomTiles(lesson: Lesson, state: LessonState): RoomTile[] {
  const stage = Object.values(state.participants).filter((p) => p.role !== 'lecturer' && (p.sources?.length ?? 0) > 0)
  const planned = lesson.rooms
    .filter((room) => room.class !== 'lecturer')
    .map((room) => tile(room.id, room.name, room.schoolName, inRoom(stage, room.id), state))
  const shown = new Set(planned.map((t) => t.participant?.id))
  const guests = stage.filter((p) => !shown.has(p.id)).sort((a, b) => (a.id < b.id ? -1 : 1))
  return [...planned, ...guests.map((p) => tile(p.id, p.name, '', p, state))]
}

function inRoom(stage: Participant[], room: string): Participant | null {
  return stage.find((p) => p.room === room && p.role === 'room') ?? stage.find((p) => p.room === room) ?? null
}

function tile(key: string, name: string, school: string, participant: Participant | null, state: LessonState): RoomTile {
  const id = participant?.id ?? ''
  const source = Object.values(state.sources).find((s) => s.participant === id && s.slot === 'guest') ?? null
  return {
    key,
    title: school || name,
    room: school ? name : '',
    name: school ? `${school} ${name}` : name,
    participant,
    source,
    hand: id ? state.hands.indexOf(id) + 1 : 0,
    turns: state.turns[id] ?? 0,
    speaking: id !== '' && state.floor === id,
  }
}

/** Raised hands of people who have no camera for the stage: they are heard in writing. */
export function handsWithoutStage(state: LessonState): { participant: Participant; place: number }[] {
  return state.hands.flatMap((id, i) => {
    const participant = state.participants[id]
    return participant && !participant.sources?.length ? [{ participant, place: i + 1 }] : []
  })
}

/** Who is next when the lecturer only says "next": the first raised hand that can take the floor. */
export function nextHand(state: LessonState): string | null {
  return state.hands.find((id) => (state.participants[id]?.sources?.length ?? 0) > 0) ?? null
}

/** Everybody but the lecturer's side. */
export const audience = (state: LessonState) => Object.values(state.participants).filter((p) => p.role !== 'lecturer').length
