// Requests of the lesson page. Every failure is a Refusal with the server's problem document, or one of our own codes: offline, no-answer.

import type { Problem } from './wire'

export class Refusal extends Error {
  readonly problem: Problem

  constructor(problem: Problem) {
    super(`${problem.code}: ${problem.detail ?? ''}`)
    this.name = 'Refusal'
    this.problem = problem
  }

  get code(): string {
    return this.problem.code
  }
}

export function asProblem(error: unknown): Problem {
  if (error instanceof Refusal) return error.problem
  return { status: 0, code: 'offline', detail: error instanceof Error ? error.message : String(error) }
}

/** Another try may succeed without anybody's doing: the line or the server was away, or is too busy. */
export function passes(problem: Problem): boolean {
  return problem.status === 0 || problem.status === 429 || problem.status >= 500
}

const ANSWER_WITHIN_MS = 10_000
// What is sent takes its time: a thin line carries this much, bytes/ms.
const SLOW_LINE = 30

// Server's clock minus ours, in ms, from the Date header: classroom PCs are minutes wrong. Exact to about a second.
let clockOffset = 0

export function serverNow(): number {
  return Date.now() + clockOffset
}

export async function request(path: string, init: RequestInit = {}): Promise<Response> {
  // Not AbortSignal.any: the Chromium 109 of a Windows 7 classroom does not have it.
  const cut = new AbortController()
  const late = setTimeout(() => cut.abort('late'), ANSWER_WITHIN_MS + (typeof init.body === 'string' ? init.body.length / SLOW_LINE : 0))
  const gone = () => cut.abort('gone')
  init.signal?.addEventListener('abort', gone)
  if (init.signal?.aborted) gone()
  let response: Response
  try {
    response = await fetch(path, { credentials: 'same-origin', ...init, signal: cut.signal })
  } catch (error) {
    const code = cut.signal.reason === 'late' ? 'no-answer' : 'offline'
    throw new Refusal({ status: 0, code, detail: String(error) })
  } finally {
    clearTimeout(late)
    init.signal?.removeEventListener('abort', gone)
  }
  const date = Date.parse(response.headers.get('Date') ?? '')
  if (!Number.isNaN(date) && Math.abs(date - serverNow()) > 1500) clockOffset = date + 500 - Date.now()
  if (!response.ok) throw new Refusal(await problemOf(response))
  return response
}

async function problemOf(response: Response): Promise<Problem> {
  try {
    const body = (await response.json()) as Partial<Problem>
    if (typeof body.code === 'string') return { ...body, status: response.status, code: body.code }
  } catch {
    // Not a document of ours: a proxy's page, for example.
  }
  return { status: response.status, code: `http-${response.status}` }
}

export async function getJSON<T>(path: string, signal?: AbortSignal): Promise<T> {
  return (await request(path, { signal })).json() as Promise<T>
}

export async function postJSON<T>(path: string, body: unknown = {}): Promise<T> {
  const response = await request(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-Tongtang': '1' },
    body: JSON.stringify(body),
  })
  return response.json() as Promise<T>
}
