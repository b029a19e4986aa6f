import { client, take } from './client'
import type { BellSet, NewBells, NewDay, Term } from './model'

const at = (id: string, preview: boolean) => ({ params: { path: { id }, query: preview ? { preview } : {} } })
const onDay = (id: string, date: string, preview: boolean) => ({ params: { path: { id, date }, query: preview ? { preview } : {} } })

export const calendar = (id: string, set: BellSet, signal?: AbortSignal) =>
  take(client.GET('/api/areas/{id}/calendar', { params: { path: { id }, query: set }, signal }))

// Every change tells what becomes of dated lessons; as a preview it changes nothing.
export const setDay = (id: string, date: string, body: NewDay, preview: boolean) => take(client.PUT('/api/areas/{id}/days/{date}', { ...onDay(id, date, preview), body }))
export const forgetDay = (id: string, date: string, preview: boolean) => take(client.DELETE('/api/areas/{id}/days/{date}', onDay(id, date, preview)))
export const addBells = (area: string, body: NewBells, preview: boolean) => take(client.POST('/api/areas/{id}/bells', { ...at(area, preview), body }))
export const setBells = (id: string, body: NewBells, preview: boolean) => take(client.PUT('/api/bells/{id}', { ...at(id, preview), body }))
export const deleteBells = (id: string, preview: boolean) => take(client.DELETE('/api/bells/{id}', at(id, preview)))
export const setTerm = (id: string, body: Term, preview: boolean) => take(client.PUT('/api/schools/{id}/term', { ...at(id, preview), body }))
export const setClass = (id: string, cls: string, body: BellSet, preview: boolean) =>
  take(client.PUT('/api/schools/{id}/classes/{class}', { params: { path: { id, class: cls }, query: preview ? { preview } : {} }, body }))
