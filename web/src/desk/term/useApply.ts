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

/** Does something with parts, on a version of the plan; `lose` are the changes by hand that may be lost with it. */
export type Send = (version: number, parts: number[], lose: string[]) => Promise<TermOutcome>

interface Order {
  parts: number[]
  send: Send
  lose?: string[]
  version: number
}

/** Accepts parts, or undoes that, in small groups; tells how far it has come, and what was refused. */
export function useApply(onChange: () => void) {
  const [applying, setApplying] = useState<Applying | null>(null)
  const [outcome, setOutcome] = useState<{ sum: TermOutcome; send: Send } | null>(null)
  const [refused, setRefused] = useState<{ problem: Problem; rest: Order } | null>(null)
  const apply = async ({ parts, send, lose = [], version }: Order) => {
    setOutcome(null)
    setRefused(null)
    const sum: TermOutcome = { version, done: [], refused: [] }
    for (const [i, chunk] of chunks(parts, AT_ONCE).entries()) {
      setApplying({ done: i * AT_ONCE, of: parts.length })
      try {
        const out = await send(sum.version, chunk, lose)
        sum.version = out.version
        sum.done.push(...out.done)
        sum.refused.push(...out.refused)
      } catch (e) {
        const problem = problemOf(e)
        setRefused({ problem, rest: { parts: parts.slice(i * AT_ONCE), send, lose, version: Number(problem.params?.version) } })
        break
      }
    }
    setApplying(null)
    setOutcome({ sum, send })
    onChange()
  }
  return { applying, outcome, refused, apply }
}
