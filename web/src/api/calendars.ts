import { based, client, take } from './client'
import type { BellSet, NewBells, NewDay, Term } from './model'

const how = (version: number, preview: boolean) => ({ query: preview ? { preview } : {}, header: based(version) })
const at = (id: string, version: number, preview: boolean) => ({ params: { path: { id }, ...how(version, preview) } })
const onDay = (id: string, date: string, version: number, preview: boolean) => ({ params: { path: { id, date }, ...how(version, preview) } })

export const calendar = (id: string, set: BellSet, signal?: AbortSignal) =>
  take(client.GET('/api/areas/{id}/calendar', { params: { path: { id }, query: set }, signal }))

// Every change tells what becomes of dated lessons; as a preview it changes nothing. It is based on a version of the area's calendar.
export const setDay = (id: string, date: string, body: NewDay, version: number, preview: boolean) => take(client.PUT('/api/areas/{id}/days/{date}', { ...onDay(id, date, version, preview), body }))
export const forgetDay = (id: string, date: string, version: number, preview: boolean) => take(client.DELETE('/api/areas/{id}/days/{date}', onDay(id, date, version, preview)))
export const addBells = (area: string, body: NewBells, version: number, preview: boolean) => take(client.POST('/api/areas/{id}/bells', { ...at(area, version, preview), body }))
export const setBells = (id: string, body: NewBells, version: number, preview: boolean) => take(client.PUT('/api/bells/{id}', { ...at(id, version, preview), body }))
export const deleteBells = (id: string, version: number, preview: boolean) => take(client.DELETE('/api/bells/{id}', at(id, version, preview)))
export const setTerm = (id: string, body: Term, version: number, preview: boolean) => take(client.PUT('/api/schools/{id}/term', { ...at(id, version, preview), body }))
export const setClass = (id: string, cls: string, body: BellSet, version: number, preview: boolean) =>
  take(client.PUT('/api/schools/{id}/classes/{class}', { params: { path: { id, class: cls }, ...how(version, preview) }, body }))
