import { client, take } from './client'

const at = (id: string) => ({ params: { path: { id } } })

export const today = (signal?: AbortSignal) => take(client.GET('/api/today', { signal }))

/** Dated lessons from one day to another, both included; days as YYYY-MM-DD. */
export const lessonsBetween = (from: string, to: string, school?: string, signal?: AbortSignal) =>
  take(client.GET('/api/lessons', { params: { query: { from, to, school } }, signal })).then((d) => d.lessons)

export const startLesson = (id: string) => take(client.POST('/api/lessons/{id}/start', at(id)))
export const cancelLesson = (id: string, reason: string) => take(client.POST('/api/lessons/{id}/cancel', { ...at(id), body: { reason } }))
