// The language of a lesson, as in sfu/signal (signal.go, wire.go): what goes up and down the event WebSocket. PROTOCOL.md describes it.

export type Role = 'lecturer' | 'assistant' | 'room' | 'student' | 'observer' | 'publisher' | 'viewer'

export interface Participant {
  id: string
  name: string
  role: Role
  school?: string
  room?: string
  /** Names of the sources it may publish: not empty means that it can be given the floor. */
  sources?: string[]
}

export type Slot = 'lecturer' | 'courseware' | 'guest'

export interface Source {
  id: string
  slot: Slot
  participant: string
  name: string
  school?: string
  room?: string
  video: boolean
  audio: boolean
  /** RIDs, best first. */
  layers?: string[]
  /** Of the picture. */
  codec?: string
}

export interface Slide {
  /** From 1. */
  page: number
  title?: string
}

export interface SaidWords {
  seq: number
  time: string
  author: string
  name: string
  text: string
}

interface EventHead {
  /** 1, 2, 3 … within the lesson, without a gap. */
  seq: number
  time: string
  /** Participant id; missing: the server itself. */
  author?: string
}

export interface Ref {
  id: string
}

export type EventBody =
  | { type: 'lesson.started' | 'lesson.ended' | 'floor.returned' | 'interaction.forbidden' | 'interaction.allowed'; data?: undefined }
  | { type: 'participant.joined'; data: Participant }
  | { type: 'participant.left' | 'source.down' | 'hand.raised' | 'hand.lowered' | 'floor.given'; data: Ref }
  | { type: 'source.up'; data: Source }
  | { type: 'slide.shown'; data: Slide }
  | { type: 'said'; data: { text: string } }

export type LessonEvent = EventHead & EventBody

/** The sum of the events up to seq: the same for everybody. */
export interface LessonState {
  seq: number
  live: boolean
  ended: boolean
  participants: Record<string, Participant>
  sources: Record<string, Source>
  /** Participant ids; who raised first stands first. */
  hands: string[]
  /** Participant id, '' nobody. */
  floor: string
  slide: Slide | null
  forbidden: boolean
  /** Participant id → how often it had the floor. */
  turns: Record<string, number>
  /** The last 50. */
  said: SaidWords[]
}

export interface Commands {
  'hand.raise': undefined
  'hand.lower': Ref | undefined
  'floor.give': Ref
  'floor.return': undefined
  'slide.show': Slide
  say: { text: string }
  'interaction.forbid': undefined
  'interaction.allow': undefined
  watch: { session: string }
  /** These panes are not shown: nothing is sent on them. All the others are. */
  'pane.pause': { session: string; mids: string[] }
  report: Report
}

/** What the page saw of its viewer session since its last report: whole numbers. It becomes no event. */
export interface Report {
  session: string
  ms: number
  freezes: number
  frozenMs: number
  decoded: number
  dropped: number
  concealedMs: number
  bufferMs: number
}

export type CommandType = keyof Commands

export interface Pane {
  mid: string
  /** '' shows nothing. */
  source: string
  layer?: string
  /** Why nothing is sent of the source. */
  reason?: PaneReason
}

export type PaneReason = 'codec' | 'paused' | 'bandwidth'

/** What a school's contract has no room for; neither: it suffices (again). tiles: small pictures are left out; pictures: others are smaller. */
export interface School {
  id: string
  name?: string
  down?: 'tiles' | 'pictures'
  up?: 'tiles' | 'pictures'
}

/** What each m-line of one viewer session shows now: the server's choice. */
export interface Panes {
  session: string
  video: Pane[]
  audio: Pane[]
}

/** A problem document (RFC 9457). The code chooses the words for a person. */
export interface Problem {
  status: number
  code: string
  detail?: string
  params?: Record<string, unknown>
}

export interface Down {
  type: 'state' | 'event' | 'accepted' | 'refused' | 'panes' | 'speaking' | 'school'
  state?: LessonState
  event?: LessonEvent
  ref?: string
  seq?: number
  problem?: Problem
  panes?: Panes
  /** Ids of the sources that speak now and are heard. */
  speaking?: { sources: string[] }
  school?: School
}
