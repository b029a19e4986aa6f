import { based, basedOn, client, take } from './client'
import type { Contract, GroupChange, NewGroup, NewPerson, NewPortableDevice, Place, PortableDeviceChange, Role, School } from './model'

const at = (id: string) => ({ params: { path: { id } } })
const of = (school: School) => ({ params: { path: { id: school.id }, header: based(school.version) } })

export const schools = (signal?: AbortSignal) => take(client.GET('/api/schools', { signal })).then((d) => d.schools)
export const school = (id: string, signal?: AbortSignal) => take(client.GET('/api/schools/{id}', { ...at(id), signal }))
export const setContract = (id: string, version: number, body: Contract) => take(client.PUT('/api/schools/{id}/contract', { ...basedOn(id, version), body }))
export const createGroup = (school: School, body: NewGroup) => take(client.POST('/api/schools/{id}/groups', { ...of(school), body }))
export const setGroup = (school: School, group: string, body: GroupChange) =>
  take(client.PUT('/api/schools/{id}/groups/{group}', { params: { path: { id: school.id, group }, header: based(school.version) }, body }))
export const createPortableDevice = (school: School, body: NewPortableDevice) => take(client.POST('/api/schools/{id}/portable-devices', { ...of(school), body }))
export const setPortableDevice = (school: School, device: string, body: PortableDeviceChange) =>
  take(client.PUT('/api/schools/{id}/portable-devices/{device}', { params: { path: { id: school.id, device }, header: based(school.version) }, body }))
export const setPlace = (school: School, body: Place) => take(client.PUT('/api/schools/{id}/place', { ...of(school), body }))
export const newCalendar = (id: string, version: number) => take(client.POST('/api/schools/{id}/calendar', basedOn(id, version)))

export const people = (query: { school?: string; role?: Role }, signal?: AbortSignal) =>
  take(client.GET('/api/people', { params: { query }, signal })).then((d) => d.people)
export const createPerson = (body: NewPerson) => take(client.POST('/api/people', { body }))

export const devices = (signal?: AbortSignal) => take(client.GET('/api/devices', { signal })).then((d) => d.devices)
export const enrolmentCode = (room: string) => take(client.POST('/api/devices/enrolment', { body: { room } }))
export const deleteDevice = (id: string) => take(client.DELETE('/api/devices/{id}', at(id)))
