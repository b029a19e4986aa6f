// What the classroom agent tells its local page (classroom-agent/state.go).

export interface AgentRoom {
  id: string
  name: string
  class: string
  school: string
  schoolName: string
}

export interface AgentStream {
  codec: string
  converted: boolean
  width: number
  height: number
  fps: number
  bitrate: number
}

export interface AgentCamera {
  name: string
  state: 'connecting' | 'ok' | 'lost' | 'wrong'
  detail?: string
  main?: AgentStream
  sub?: AgentStream
}

export interface AgentLesson {
  id: string
  title: string
  subject: string
  /** 1–12 */
  grade?: number
  kind: string
  state: 'planned' | 'live' | 'ended' | 'cancelled' | 'missed'
  start: string
  end: string
  lecturer: string
  rooms: AgentRoom[]
  canStart: boolean
  canStop: boolean
  stopped: boolean
}

export type OnAirWord = 'connecting' | 'live' | 'lost'

export interface OnAir {
  lesson: string
  title: string
  since: string
  state: OnAirWord
  problem?: string
  sources: { name: string; state: OnAirWord; problem?: string; layers: string[]; bitrate: number; lossPct: number; rttMs: number }[]
  viewers?: number
}

export interface AgentCheck {
  name: 'microphone' | 'picture' | 'disk' | 'clock' | 'uplink'
  ok: boolean
  code: string
  value?: number
}

export interface AgentState {
  version: string
  enrolled: boolean
  room?: AgentRoom
  server: { url: string; reachable: boolean; clockOffsetMs: number; problem?: string }
  cameras: AgentCamera[]
  /** db: dBFS */
  microphone: { present: boolean; db: number; silentSecs: number }
  lessons: AgentLesson[]
  autoStart: boolean
  onAir?: OnAir
  checks: AgentCheck[]
}
