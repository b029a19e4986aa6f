import { useState } from 'react'
import type { Problem } from '../app/problems'
import { problemOf } from '../app/useLoad'
import { Refused } from './StaleNote'

type Act = (version: number) => Promise<unknown>

/**
 * One change on its way, based on a version. Refused, it says why; where somebody was faster, it tells what that one did and offers the same change on
 * what is there now. What was typed stays.
 */
export function useVersioned() {
  const [busy, setBusy] = useState(false)
  const [refused, setRefused] = useState<{ problem: Problem; act: Act } | null>(null)
  /** True when it was done. */
  const run = async (version: number, act: Act): Promise<boolean> => {
    setBusy(true)
    setRefused(null)
    try {
      await act(version)
      return true
    } catch (e) {
      setRefused({ problem: problemOf(e), act })
      return false
    } finally {
      setBusy(false)
    }
  }
  const note = refused && <Refused problem={refused.problem} onAgain={() => void run(Number(refused.problem.params?.version), refused.act)} />
  return { busy, run, note, problem: refused?.problem ?? null, forget: () => setRefused(null) }
}
