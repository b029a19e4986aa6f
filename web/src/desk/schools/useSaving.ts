import { App } from 'antd'
import { useState } from 'react'
import type { Problem } from '../../app/problems'
import { problemOf } from '../../app/useLoad'

/** Saving something of a school: what was typed stays when it is refused, and after somebody else's change it is based on what is there now. */
export function useSaving(onDone: () => void, onStale: () => void) {
  const { message } = App.useApp()
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const save = async (what: () => Promise<unknown>, said: string) => {
    setBusy(true)
    setProblem(null)
    try {
      await what()
      void message.success(said)
      onDone()
    } catch (e) {
      const refusal = problemOf(e)
      setProblem(refusal)
      if (refusal.code === 'stale') onStale()
    } finally {
      setBusy(false)
    }
  }
  return { busy, problem, save: (what: () => Promise<unknown>, said: string) => void save(what, said) }
}
