import type { TFunction } from 'i18next'
import type { Device } from '../../api/model'
import type { Tone } from '../../ui/parts'

export interface Fact {
  tone: Tone
  text: string
}

/** dBFS below which a microphone counts as silent, as the agent counts it too. */
const SILENT_DB = -60
const CLOCK_MS = 2_000
const DISK_BYTES = 10e9

/** What a device says of itself, the bad first. */
export function deviceFacts(t: TFunction, s: NonNullable<Device['status']>): Fact[] {
  const facts: Fact[] = s.cameras.map((c) => {
    const state = t(`desk:camera.${c.state}`, { defaultValue: c.state })
    return { tone: c.state === 'ok' ? 'good' : c.state === 'connecting' ? 'warn' : 'bad', text: t('desk:device.camera', { name: c.name, state }) }
  })
  facts.push(microphone(t, s.microphoneDb))
  if (Math.abs(s.clockOffsetMs ?? 0) > CLOCK_MS) facts.push({ tone: 'warn', text: t('desk:device.clock', { count: Math.round(Math.abs(s.clockOffsetMs ?? 0) / 1000) }) })
  if (s.diskFree !== undefined) {
    facts.push({ tone: s.diskFree < DISK_BYTES ? 'bad' : 'good', text: t('desk:device.disk', { gb: (s.diskFree / 1e9).toFixed(s.diskFree < DISK_BYTES ? 1 : 0) }) })
  }
  const rank: Tone[] = ['bad', 'warn', 'calm', 'good']
  return facts.sort((a, b) => rank.indexOf(a.tone) - rank.indexOf(b.tone))
}

function microphone(t: TFunction, db: number | undefined): Fact {
  if (db === undefined) return { tone: 'warn', text: t('desk:device.noMicrophone') }
  return db < SILENT_DB ? { tone: 'bad', text: t('desk:device.silent') } : { tone: 'good', text: t('desk:device.microphone', { db: Math.round(db) }) }
}

/** "5 分钟前" of a time that has gone by. */
export function ago(t: TFunction, ms: number): string {
  const minutes = Math.max(1, Math.floor(ms / 60_000))
  if (minutes < 60) return t('desk:ago.minutes', { count: minutes })
  if (minutes < 60 * 24) return t('desk:ago.hours', { count: Math.floor(minutes / 60) })
  return t('desk:ago.days', { count: Math.floor(minutes / 60 / 24) })
}

/** "23:59:07" until a code expires, '' once it has. */
export function countdown(ms: number): string {
  if (ms <= 0) return ''
  const s = Math.floor(ms / 1000)
  return [Math.floor(s / 3600), Math.floor(s / 60) % 60, s % 60].map((n) => String(n).padStart(2, '0')).join(':')
}
