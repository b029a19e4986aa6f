import { based, client, take } from './client'
import type { Contract, NewPerson, Role, School } from './model'

const at = (id: string) => ({ params: { path: { id } } })

export const schools = (signal?: AbortSignal) => take(client.GET('/api/schools', { signal })).then((d) => d.schools)
export const school = (id: string, signal?: AbortSignal) => take(client.GET('/api/schools/{id}', { ...at(id), signal }))
export const setContract = (school: School, body: Contract) =>
  take(client.PUT('/api/schools/{id}/contract', { params: { path: { id: school.id }, header: based(school.version) }, body }))
export const newCalendar = (id: string) => take(client.POST('/api/schools/{id}/calendar', at(id))).then((d) => d.url)

export const people = (query: { school?: string; role?: Role }, signal?: AbortSignal) =>
  take(client.GET('/api/people', { params: { query }, signal })).then((d) => d.people)
export const createPerson = (body: NewPerson) => take(client.POST('/api/people', { body }))

export const devices = (signal?: AbortSignal) => take(client.GET('/api/devices', { signal })).then((d) => d.devices)
export const enrolmentCode = (room: string) => take(client.POST('/api/devices/enrolment', { body: { room } }))
export const deleteDevice = (id: string) => take(client.DELETE('/api/devices/{id}', at(id)))
