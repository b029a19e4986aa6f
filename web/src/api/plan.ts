import { basedOn, client, take } from './client'
import type { CourseSlot, NewCourse, NewPairing } from './model'

export const pairings = (signal?: AbortSignal) => take(client.GET('/api/pairings', { signal })).then((d) => d.pairings)
export const createPairing = (body: NewPairing) => take(client.POST('/api/pairings', { body }))
export const deletePairing = (id: string, version: number) => take(client.DELETE('/api/pairings/{id}', basedOn(id, version)))

export const courses = (signal?: AbortSignal) => take(client.GET('/api/courses', { signal })).then((d) => d.courses)
export const createCourse = (body: NewCourse) => take(client.POST('/api/courses', { body }))
export const deleteCourse = (id: string, version: number) => take(client.DELETE('/api/courses/{id}', basedOn(id, version)))

export interface SlotQuestion {
  lead: string
  partners: string[]
  lecturer?: string
  rooms?: string[]
  classes?: string[]
  groups?: string[]
  devices?: string[]
  subject?: string
  grade?: number
  from?: string
  to?: string
  minutes: number
  weeks?: CourseSlot['weeks']
  every?: number
  anchor?: string
}

export const commonSlots = (query: SlotQuestion, signal?: AbortSignal) =>
  take(client.GET('/api/slots', { params: { query }, signal })).then((d) => d.slots)
