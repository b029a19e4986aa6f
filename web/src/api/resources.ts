import { client, take } from './client'

export const resources = (query: { q?: string; subject?: string }, signal?: AbortSignal) =>
  take(client.GET('/api/resources', { params: { query }, signal })).then((d) => d.resources)

/** Also sets the cookie with which the browser may fetch the media. */
export const resource = (id: string, signal?: AbortSignal) => take(client.GET('/api/resources/{id}', { params: { path: { id } }, signal }))
