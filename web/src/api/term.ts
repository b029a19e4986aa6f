import { basedOn, client, take } from './client'

const at = (id: string) => ({ params: { path: { id } } })

export const termPlans = (signal?: AbortSignal) => take(client.GET('/api/terms', { signal }))
export const planTerm = (area: string, moves: boolean) => take(client.POST('/api/terms', { body: { area, moves } }))
export const termPlan = (id: string, signal?: AbortSignal) => take(client.GET('/api/terms/{id}', { ...at(id), signal }))
export const cancelTermPlan = (id: string, version: number) => take(client.POST('/api/terms/{id}/cancel', basedOn(id, version)))
export const lockTermParts = (id: string, version: number, parts: number[], locked: boolean) =>
  take(client.POST('/api/terms/{id}/lock', { ...basedOn(id, version), body: { parts, locked } }))
/** `lose` are the ids of changes by hand that the coordinator has read and gives up. */
export const acceptTerm = (id: string, version: number, parts: number[], lose: string[]) => take(client.POST('/api/terms/{id}/accept', { ...basedOn(id, version), body: { parts, lose } }))
export const undoTerm = (id: string, version: number, parts: number[], lose: string[]) => take(client.POST('/api/terms/{id}/undo', { ...basedOn(id, version), body: { parts, lose } }))
