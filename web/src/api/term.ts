import { client, take } from './client'

const at = (id: string) => ({ params: { path: { id } } })

export const termPlans = (signal?: AbortSignal) => take(client.GET('/api/terms', { signal }))
export const planTerm = (area: string, moves: boolean) => take(client.POST('/api/terms', { body: { area, moves } }))
export const termPlan = (id: string, signal?: AbortSignal) => take(client.GET('/api/terms/{id}', { ...at(id), signal }))
export const cancelTermPlan = (id: string) => take(client.POST('/api/terms/{id}/cancel', at(id)))
export const lockTermParts = (id: string, parts: number[], locked: boolean) => take(client.POST('/api/terms/{id}/lock', { ...at(id), body: { parts, locked } }))
export const acceptTerm = (id: string, parts: number[]) => take(client.POST('/api/terms/{id}/accept', { ...at(id), body: { parts } }))
export const undoTerm = (id: string, parts: number[]) => take(client.POST('/api/terms/{id}/undo', { ...at(id), body: { parts } }))
