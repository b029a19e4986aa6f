import { useState } from 'react'
import type { TermOutcome } from '../../api/model'
import type { Problem } from '../../app/problems'
import { problemOf } from '../../app/useLoad'
import { chunks } from './term'

/** How many parts one request takes: an acceptance makes a course with all its dated lessons. */
const AT_ONCE = 10

export interface Applying {
  done: number
  of: number
}

/** Accepts parts, or undoes that, in small groups; tells how far it has come, and what was refused. */
export function useApply(onChange: () => void) {
  const [applying, setApplying] = useState<Applying | null>(null)
  const [outcome, setOutcome] = useState<TermOutcome | null>(null)
  const [problem, setProblem] = useState<Problem | null>(null)
  const apply = async (parts: number[], send: (parts: number[]) => Promise<TermOutcome>) => {
    setOutcome(null)
    setProblem(null)
    const sum: TermOutcome = { done: [], refused: [] }
    try {
      for (const [i, chunk] of chunks(parts, AT_ONCE).entries()) {
        setApplying({ done: i * AT_ONCE, of: parts.length })
        const out = await send(chunk)
        sum.done.push(...out.done)
        sum.refused.push(...out.refused)
      }
    } catch (e) {
      setProblem(problemOf(e))
    }
    setApplying(null)
    setOutcome(sum)
    onChange()
  }
  return { applying, outcome, problem, apply }
}
