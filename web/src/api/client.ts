import createClient from 'openapi-fetch'
import { request } from '../live/http'
import type { paths } from './schema'

/** The scheduler's routes, typed. A refusal is thrown as live/http's Refusal, which holds the problem document. */
export const client = createClient<paths>({
  fetch: async (r) =>
    request(r.url, {
      method: r.method,
      headers: r.headers,
      signal: r.signal,
      body: r.method === 'GET' || r.method === 'HEAD' ? undefined : (await r.text()) || undefined,
    }),
  headers: { 'X-Tongtang': '1' },
  querySerializer: { array: { style: 'form', explode: false } },
})

/** The document of an answer. There is always one: whatever is not a success was thrown. */
export async function take<T>(answer: Promise<{ data?: T }>): Promise<T> {
  return (await answer).data as T
}

/** Says on which version of a thing a change is based. */
export const based = (version: number) => ({ 'If-Match': `"${version}"` })

/** The parameters of a change of one thing: its id, and the version that the change is based on. */
export const basedOn = (id: string, version: number) => ({ params: { path: { id }, header: based(version) } })
