import { useCallback, useEffect, useRef, useState } from 'react'
import { passes, Refusal } from '../live/http'
import type { Problem } from './problems'
import { useSession } from './session'

/** Pause before another try while the line or the server is away. */
export const AGAIN_MS = 5_000

export interface Loaded<T> {
  data: T | undefined
  /** The last refusal; the data of the time before stays beside it. */
  problem: Problem | null
  loading: boolean
  reload: () => void
}

/**
 * Loads when `key` changes, and again every `everyMs` (0: never) while the page is visible. While the line or the server is away it tries
 * again by itself. A signed-out answer ends the session for the shell to see.
 */
export function useLoad<T>(key: string | null, load: (signal: AbortSignal) => Promise<T>, everyMs: number | ((data: T | undefined) => number) = 0): Loaded<T> {
  const [state, setState] = useState<{ key: string | null; data?: T; problem: Problem | null }>({ key: null, problem: null })
  const [round, setRound] = useState(0)
  const latest = useRef(load)
  latest.current = load

  useEffect(() => {
    if (key === null) return
    const cut = new AbortController()
    latest.current(cut.signal).then(
      (data) => !cut.signal.aborted && setState({ key, data, problem: null }),
      (error: unknown) => {
        if (cut.signal.aborted) return
        const problem = problemOf(error)
        if (problem.code === 'signed-out') useSession.getState().lost()
        setState((s) => ({ key, data: s.key === key ? s.data : undefined, problem }))
      },
    )
    return () => cut.abort()
  }, [key, round])

  const reload = useCallback(() => setRound((n) => n + 1), [])
  // The pause begins when the answer is there: over a slow line a request is never cut off by the next.
  const settled = typeof everyMs === 'number' ? everyMs : everyMs(state.key === key ? state.data : undefined)
  const troubled = state.key === key && state.problem !== null && passes(state.problem)
  const pause = troubled ? AGAIN_MS : settled
  useEffect(() => {
    if (pause <= 0 || state.key !== key) return
    let due = false
    const timer = setTimeout(() => {
      due = true
      again()
    }, pause)
    const again = () => {
      if (due && document.visibilityState === 'visible') reload()
    }
    document.addEventListener('visibilitychange', again)
    return () => {
      clearTimeout(timer)
      document.removeEventListener('visibilitychange', again)
    }
  }, [state, key, pause, reload])

  const current = state.key === key
  return {
    data: current ? state.data : undefined,
    problem: current ? state.problem : null,
    loading: key !== null && (!current || (state.data === undefined && state.problem === null)),
    reload,
  }
}

/** Any thrown thing as a problem: what is not a refusal is a fault of the page and is told as such. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Refusal) return error.problem
  console.error(error)
  return { status: 0, code: 'page-fault', detail: String(error) }
}
