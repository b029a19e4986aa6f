import type { TFunction } from 'i18next'
import { clock } from '../ui/time'

/** A server's refusal as it comes over the wire (RFC 9457), or one of the browser's own with status 0: offline, no-answer. */
export interface Problem {
  status: number
  code: string
  detail?: string
  params?: Record<string, unknown>
}

/** What a person reads: what happened, and what to do about it. */
export interface ProblemWords {
  title: string
  advice: string
}

/**
 * The one place where a code becomes a person's words. The words themselves are in i18n/{zh,en}/problems.json, by code; those of the desk alone in
 * desk-problems.json, which the lesson page does not load.
 */
export function problemWords(t: TFunction, problem: Problem): ProblemWords {
  const code = fold(problem)
  const values = readable(problem.params)
  const within = (words: string, part: string, or: string): string => t(`${words}:${code}.${part}`, { defaultValue: or, ...values })
  const say = (part: string) => within('problems', part, within('desk-problems', part, ''))
  const title = say('title')
  if (title !== '') return { title, advice: say('advice') }
  return {
    title: t(problem.status >= 500 ? 'problems:server.title' : 'problems:other.title'),
    advice: t(problem.status >= 500 ? 'problems:server.advice' : 'problems:other.advice', { code: problem.code }),
  }
}

/** Moments among the values are told as school time. */
function readable(params: Record<string, unknown> = {}): Record<string, unknown> {
  const told = ([key, v]: [string, unknown]) => [key, typeof v === 'string' && /^\d{4}-\d\d-\d\dT/.test(v) ? clock(v) : v] as const
  return Object.fromEntries(Object.entries(params).map(told))
}

/** Codes without words of their own that mean the same as another. */
function fold({ code, status }: Problem): string {
  if (!code.startsWith('http-')) return code
  if (status === 502 || status === 503 || status === 504) return 'server-away'
  return status === 404 ? 'not-found' : code
}
