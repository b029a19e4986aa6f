import { basedOn, client, take } from './client'
import type { components } from './schema'

type Schemas = components['schemas']
export type TimetableFile = Schemas['TimetableFile']
export type TimetablePreview = Schemas['TimetablePreview']
export type SheetMapping = Schemas['SheetMapping']
export type ImportRow = Schemas['ImportRow']
export type ImportFault = Schemas['ImportFault']
export type OwnLesson = Schemas['OwnLesson']
export type RosterFile = Schemas['RosterFile']
export type RosterKind = RosterFile['kind']
export type RosterPreview = Schemas['RosterPreview']
export type RosterRow = Schemas['RosterRow']
export type NewAccount = Schemas['NewAccount']

const at = (id: string) => ({ params: { path: { id } } })

export const ownTimetable = (id: string, signal?: AbortSignal) => take(client.GET('/api/schools/{id}/timetable', { ...at(id), signal }))
export const previewTimetable = (id: string, body: TimetableFile, signal?: AbortSignal) => take(client.POST('/api/schools/{id}/timetable/preview', { ...at(id), body, signal }))
/** An import is based on the version of the school that its preview told. */
export const importTimetable = (id: string, version: number, body: TimetableFile) => take(client.POST('/api/schools/{id}/timetable', { ...basedOn(id, version), body }))
export const clearTimetable = (id: string, version: number) => take(client.DELETE('/api/schools/{id}/timetable', basedOn(id, version)))
export const previewRoster = (id: string, body: RosterFile, signal?: AbortSignal) => take(client.POST('/api/schools/{id}/roster/preview', { ...at(id), body, signal }))
export const importRoster = (id: string, version: number, body: RosterFile) => take(client.POST('/api/schools/{id}/roster', { ...basedOn(id, version), body }))

/** Addresses of files: a browser saves them. */
export const timetableFile = (id: string, format: 'xlsx' | 'csv' | 'cses', of = '') =>
  `/api/schools/${encodeURIComponent(id)}/timetable/file?format=${format}${of && `&class=${encodeURIComponent(of)}`}`
/** The week of a day, as it is printed. */
export const weekFile = (id: string, of: 'school' | 'classes' | 'teachers', date = '') => `/api/schools/${encodeURIComponent(id)}/week?of=${of}${date && `&date=${date}`}`
export const templateFile = (kind: 'timetable' | RosterKind) => `/api/templates/${kind}`

/** A file's content in base64. */
export function base64(file: Blob): Promise<string> {
  return new Promise((done, fail) => {
    const reader = new FileReader()
    reader.onload = () => done(String(reader.result).replace(/^[^,]*,/, ''))
    reader.onerror = () => fail(reader.error ?? new Error('the file cannot be read'))
    reader.readAsDataURL(file)
  })
}

/** The caller's own feed; the address is empty where none was made. */
export const myCalendar = (signal?: AbortSignal) => take(client.GET('/api/session/calendar', { signal }))
export const newMyCalendar = () => take(client.POST('/api/session/calendar'))
export const newRoomCalendar = (id: string, schoolVersion: number) => take(client.POST('/api/rooms/{id}/calendar', basedOn(id, schoolVersion)))
