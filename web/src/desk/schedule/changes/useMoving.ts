import { useCallback, useEffect, useState } from 'react'
import { lessonOptions } from '../../../api/lessons'
import type { Lesson, LessonTime } from '../../../api/model'
import { useLoad } from '../../../app/useLoad'
import { distinct } from './moving'

export type MoveKind = 'move' | 'makeUp'

/** A lesson that is being moved (or made up for) on the week that is shown, and the times that it could have there. */
export interface Moving {
  lesson: Lesson | null
  kind: MoveKind
  times: LessonTime[]
  loading: boolean
  /** Pointed at, while dragging. */
  hover: LessonTime | undefined
  /** Chosen. */
  target: LessonTime | undefined
  start: (lesson: Lesson, kind: MoveKind) => void
  point: (t: LessonTime | undefined) => void
  choose: (t: LessonTime | undefined) => void
  stop: () => void
}

export function useMoving(monday: string): Moving {
  const [moved, setMoved] = useState<{ lesson: Lesson; kind: MoveKind } | null>(null)
  const [hover, point] = useState<LessonTime>()
  const [target, choose] = useState<LessonTime>()
  const found = useLoad(moved ? `options ${moved.lesson.id} ${monday}` : null, (signal) => lessonOptions(moved?.lesson.id ?? '', monday, signal))
  const stop = useCallback(() => {
    setMoved(null)
    point(undefined)
    choose(undefined)
  }, [])
  const start = useCallback((lesson: Lesson, kind: MoveKind) => {
    point(undefined)
    choose(undefined)
    setMoved({ lesson, kind })
  }, [])
  useEffect(() => {
    if (!moved) return
    const key = (e: KeyboardEvent) => e.key === 'Escape' && stop()
    document.addEventListener('keydown', key)
    return () => document.removeEventListener('keydown', key)
  }, [moved, stop])
  return { lesson: moved?.lesson ?? null, kind: moved?.kind ?? 'move', times: distinct(found.data?.times ?? []), loading: found.loading, hover, target, start, point, choose, stop }
}
