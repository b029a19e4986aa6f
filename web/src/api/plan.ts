import { client, take } from './client'
import type { NewCourse, NewPairing } from './model'

const at = (id: string) => ({ params: { path: { id } } })

export const pairings = (signal?: AbortSignal) => take(client.GET('/api/pairings', { signal })).then((d) => d.pairings)
export const createPairing = (body: NewPairing) => take(client.POST('/api/pairings', { body }))
export const deletePairing = (id: string) => take(client.DELETE('/api/pairings/{id}', at(id)))

export const courses = (signal?: AbortSignal) => take(client.GET('/api/courses', { signal })).then((d) => d.courses)
export const createCourse = (body: NewCourse) => take(client.POST('/api/courses', { body }))
export const deleteCourse = (id: string) => take(client.DELETE('/api/courses/{id}', at(id)))

export interface SlotQuestion {
  lead: string
  partners: string[]
  lecturer?: string
  rooms?: string[]
  classes?: string[]
  groups?: string[]
  from?: string
  to?: string
  minutes: number
}

export const commonSlots = (query: SlotQuestion, signal?: AbortSignal) =>
  take(client.GET('/api/slots', { params: { query }, signal })).then((d) => d.slots)
