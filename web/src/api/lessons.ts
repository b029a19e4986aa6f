import { based, client, take } from './client'
import type { Lesson, MakeUp, Move, Substitution, Swap } from './model'

const at = (id: string) => ({ params: { path: { id } } })
// A change is based on the lesson as it was read; the server refuses it when somebody was faster.
const on = (lesson: Lesson) => ({ params: { path: { id: lesson.id }, header: based(lesson.version) } })

export const today = (signal?: AbortSignal) => take(client.GET('/api/today', { signal }))

/** Dated lessons from one day to another, both included; days as YYYY-MM-DD. */
export const lessonsBetween = (from: string, to: string, school?: string, signal?: AbortSignal) =>
  take(client.GET('/api/lessons', { params: { query: { from, to, school } }, signal })).then((d) => d.lessons)

export const startLesson = (id: string) => take(client.POST('/api/lessons/{id}/start', at(id)))
export const cancelLesson = (lesson: Lesson, reason: string) => take(client.POST('/api/lessons/{id}/cancel', { ...on(lesson), body: { reason } }))
export const moveLesson = (lesson: Lesson, body: Move) => take(client.POST('/api/lessons/{id}/move', { ...on(lesson), body }))
export const substituteLesson = (lesson: Lesson, body: Substitution) => take(client.POST('/api/lessons/{id}/substitute', { ...on(lesson), body }))
export const adjustLesson = (lesson: Lesson, swaps: Swap[], reason: string) => take(client.POST('/api/lessons/{id}/adjust', { ...on(lesson), body: { swaps, reason } }))
export const makeUpLesson = (lesson: Lesson, body: MakeUp) => take(client.POST('/api/lessons/{id}/make-up', { ...on(lesson), body }))

/** To what a lesson could be changed in the week of a day, and what speaks against it. */
export const lessonOptions = (id: string, week: string, signal?: AbortSignal) =>
  take(client.GET('/api/lessons/{id}/options', { params: { path: { id }, query: { week } }, signal }))
