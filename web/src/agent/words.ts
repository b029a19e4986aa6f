import type { TFunction } from 'i18next'
import { problemWords } from '../app/problems'
import type { ProblemWords } from '../app/problems'

/** A code of the agent in words: what is wrong, and what to do. */
export function agentWords(t: TFunction, code: string): ProblemWords {
  const title = t(`agent:code.${code}.title`, { defaultValue: '' })
  if (title === '') return problemWords(t, { status: 0, code })
  return { title, advice: t(`agent:code.${code}.advice`, { defaultValue: '' }) }
}
