// The scheduler's routes that the lesson page needs.

import { getJSON, postJSON } from './http'
import type { Role } from './wire'

export type LessonStateWord = 'planned' | 'live' | 'ended' | 'cancelled' | 'missed'

export interface LessonRoom {
  id: string
  name: string
  class: 'lecturer' | 'interactive' | 'terminal'
  school: string
  schoolName: string
  period?: { no: number; name: string; start: string; end: string }
}

export interface LessonRecording {
  state: 'capturing' | 'queued' | 'composing' | 'uploading' | 'waiting' | 'stored' | 'failed'
  percent?: number
  secsLeft?: number
  reason?: string
}

export interface Lesson {
  id: string
  title: string
  subject: string
  /** 1–12 */
  grade?: number
  kind: string
  state: LessonStateWord
  start: string
  end: string
  startedAt?: string
  endedAt?: string
  lecturer: { id: string; name: string }
  school: { id: string; name: string }
  rooms: LessonRoom[]
  reason?: string
  canStart?: boolean
  canJoin?: boolean
  /** My role in it. */
  mine?: string
  recording?: LessonRecording
}

export type JoinAs = 'person' | 'room'

export interface Join {
  grant: string
  expires: string
  role: Role
  lesson: Lesson
  me: { id: string; name: string }
  whep: string
  events: string
  whip?: { source: string; url: string }[]
  iceServers?: RTCIceServer[]
}

const at = (id: string) => `/api/lessons/${encodeURIComponent(id)}`

export const readLesson = (id: string, signal?: AbortSignal) => getJSON<Lesson>(at(id), signal)
export const joinLesson = (id: string, as: JoinAs) => postJSON<Join>(`${at(id)}/join`, { as })
export const startLesson = (id: string) => postJSON<Lesson>(`${at(id)}/start`)
export const endLesson = (id: string) => postJSON<Lesson>(`${at(id)}/end`)
