import { useEffect, useMemo } from 'react'
import { subjectOf } from '../live/grants'
import type { Lesson } from '../live/lesson-api'
import type { LessonVisit, Presence } from '../live/visit'
import { ClassView } from './ClassView'
import { Desk, LiveContext } from './commands'
import { Console } from './console/Console'

interface Props {
  visit: LessonVisit
  presence: Presence
  lesson: Lesson
}

/** The live lesson: the lecturer gets the console, everybody else the stage. */
export function LiveLesson({ visit, presence, lesson }: Props) {
  const live = useMemo(() => ({ desk: new Desk(presence.events), me: subjectOf(presence.join.grant) }), [presence])
  useScreenAwake()
  return (
    <LiveContext value={live}>
      {presence.join.role === 'lecturer' ? (
        <Console visit={visit} presence={presence} lesson={lesson} />
      ) : (
        <ClassView presence={presence} lesson={lesson} />
      )}
    </LiveContext>
  )
}

/** A classroom's big screen must not go dark in the middle of a lesson. */
function useScreenAwake(): void {
  useEffect(() => {
    let lock: WakeLockSentinel | null = null
    let left = false
    const ask = async () => {
      if (document.visibilityState !== 'visible' || !('wakeLock' in navigator)) return
      try {
        lock = await navigator.wakeLock.request('screen')
        if (left) await lock.release()
      } catch {
        // Not allowed on this computer (battery saver, insecure address): the screen saver stays as it is.
      }
    }
    const again = () => void ask()
    again()
    document.addEventListener('visibilitychange', again)
    return () => {
      left = true
      document.removeEventListener('visibilitychange', again)
      void lock?.release()
    }
  }, [])
}
