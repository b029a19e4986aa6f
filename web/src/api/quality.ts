import { client, take } from './client'

/** How the lines of a lesson's rooms were; rooms of schools that the caller may not look at are left out. */
export const lessonQuality = (id: string, signal?: AbortSignal) => take(client.GET('/api/lessons/{id}/quality', { params: { path: { id } }, signal }))
