import { useState } from 'react'
import type { Clash, Lesson, Solution } from '../../../api/model'
import type { Problem } from '../../../app/problems'
import { problemOf } from '../../../app/useLoad'

/** One change of a lesson on its way: it may be refused because it clashes, or because somebody was faster; the input stays. */
export function useChange(lesson: Lesson, onDone: (changed: Lesson) => void) {
  const [based, setBased] = useState(lesson)
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const run = async (act: (based: Lesson) => Promise<Lesson>, on = based) => {
    setBusy(true)
    setProblem(null)
    try {
      onDone(await act(on))
    } catch (e) {
      setProblem(problemOf(e))
    } finally {
      setBusy(false)
    }
  }
  const stale = problem?.code === 'stale' ? problem : null
  return {
    busy,
    run,
    stale,
    problem: problem && problem.code !== 'stale' && problem.code !== 'clash' ? problem : null,
    clashes: problem?.code === 'clash' ? ((problem.params?.clashes ?? []) as Clash[]) : null,
    solutions: (problem?.params?.solutions ?? []) as Solution[],
    forget: () => setProblem(null),
    /** The same change on what is there now. */
    again: (act: (based: Lesson) => Promise<Lesson>) => {
      const now = stale?.params?.present as Lesson
      setBased(now)
      void run(act, now)
    },
  }
}
