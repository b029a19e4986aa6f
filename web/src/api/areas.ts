import { based, client, take } from './client'
import type { components } from './schema'

type Schemas = components['schemas']
export type HolidayFile = Schemas['HolidayFile']
export type HolidayChoice = Schemas['HolidayChoice']
export type HolidayPreview = Schemas['HolidayPreview']
export type HolidayRow = Schemas['HolidayRow']
export type AreaPolicy = Schemas['AreaPolicy']
export type Policy = Schemas['Policy']

const at = (id: string) => ({ params: { path: { id } } })
const changed = (id: string, version: number) => ({ params: { path: { id }, header: based(version) } })

export const previewHolidays = (id: string, body: HolidayFile, signal?: AbortSignal) => take(client.POST('/api/areas/{id}/holidays/preview', { ...at(id), body, signal }))
/** Tells what becomes of dated lessons; as a preview it changes nothing. */
export const importHolidays = (id: string, body: HolidayFile, version: number, preview: boolean) =>
  take(client.POST('/api/areas/{id}/holidays', { params: { path: { id }, query: preview ? { preview } : {}, header: based(version) }, body }))

export const policy = (id: string, signal?: AbortSignal) => take(client.GET('/api/areas/{id}/policy', { ...at(id), signal }))
export const setPolicy = (id: string, body: Policy, version: number) => take(client.PUT('/api/areas/{id}/policy', { ...changed(id, version), body }))
export const forgetPolicy = (id: string, version: number) => take(client.DELETE('/api/areas/{id}/policy', changed(id, version)))
