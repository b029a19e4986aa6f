import { request } from '../live/http'

const changes = { 'Content-Type': 'application/json', 'X-Tongtang': '1' }

/** One exchange with the scheduler. A refusal is thrown as live/http's Refusal, which holds the problem document. */
export async function call<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  const init: RequestInit = { method, signal, headers: method === 'GET' ? undefined : changes }
  if (body !== undefined) init.body = JSON.stringify(body)
  const response = await request(path, init)
  return (response.status === 204 ? undefined : await response.json()) as T
}
