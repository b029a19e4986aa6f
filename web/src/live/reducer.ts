// Events add up to the state of the lesson, exactly as in sfu/signal: the golden fixtures of that package are this file's tests.

import type { LessonEvent, LessonState } from './wire'

const SAID_KEPT = 50

export function emptyState(): LessonState {
  return {
    seq: 0,
    live: false,
    ended: false,
    participants: {},
    sources: {},
    hands: [],
    floor: '',
    slide: null,
    forbidden: false,
    turns: {},
    said: [],
  }
}

/** Go writes an empty list or map as null or leaves it out. */
export function normalise(state: LessonState): LessonState {
  const empty = emptyState()
  const given = Object.entries(state).filter(([, value]) => value !== null && value !== undefined)
  return { ...empty, ...Object.fromEntries(given) }
}

/** A new state; the old one is left as it is. Events that this page does not know only count. */
export function apply(state: LessonState, event: LessonEvent): LessonState {
  return { ...state, ...change(state, event), seq: event.seq }
}

function change(state: LessonState, event: LessonEvent): Partial<LessonState> {
  switch (event.type) {
    case 'lesson.started':
      return { live: true }
    case 'lesson.ended':
      return { live: false, ended: true, hands: [], floor: '', participants: {}, sources: {} }
    case 'participant.joined':
      return { participants: { ...state.participants, [event.data.id]: event.data } }
    case 'participant.left':
      return { participants: without(state.participants, event.data.id), ...quiet(state, event.data.id) }
    case 'source.up':
      return { sources: { ...state.sources, [event.data.id]: event.data } }
    case 'source.down':
      return { sources: without(state.sources, event.data.id) }
    case 'hand.raised':
      return state.hands.includes(event.data.id) ? {} : { hands: [...state.hands, event.data.id] }
    case 'hand.lowered':
      return { hands: state.hands.filter((id) => id !== event.data.id) }
    case 'floor.given':
      return giveFloor(state, event.data.id)
    case 'floor.returned':
      return { floor: '' }
    case 'slide.shown':
      return { slide: event.data }
    case 'said':
      return { said: say(state, event, event.data.text) }
    case 'interaction.forbidden':
      return { forbidden: true, hands: [], floor: '' }
    case 'interaction.allowed':
      return { forbidden: false }
    default:
      return {}
  }
}

function quiet(state: LessonState, id: string): Pick<LessonState, 'hands' | 'floor'> {
  return { hands: state.hands.filter((hand) => hand !== id), floor: state.floor === id ? '' : state.floor }
}

function giveFloor(state: LessonState, id: string): Partial<LessonState> {
  return {
    floor: id,
    hands: state.hands.filter((hand) => hand !== id),
    turns: { ...state.turns, [id]: (state.turns[id] ?? 0) + 1 },
  }
}

function say(state: LessonState, event: LessonEvent, text: string): LessonState['said'] {
  const author = event.author ?? ''
  const name = state.participants[author]?.name || author
  return [...state.said, { seq: event.seq, time: event.time, author, name, text }].slice(-SAID_KEPT)
}

function without<T>(map: Record<string, T>, id: string): Record<string, T> {
  const { [id]: _, ...rest } = map
  return rest
}
