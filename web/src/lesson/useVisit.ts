import { useEffect, useMemo } from 'react'
import type { JoinAs } from '../live/lesson-api'
import { LessonVisit } from '../live/visit'

/** One visit for as long as the page is open; leaves properly when the page is closed, and begins anew when the browser brings it back. */
export function useVisit(id: string, as: JoinAs | null): LessonVisit {
  const visit = useMemo(() => new LessonVisit(id, as), [id, as])
  useEffect(() => {
    const leave = () => visit.stop()
    const back = (event: PageTransitionEvent) => event.persisted && location.reload()
    visit.start()
    window.addEventListener('pagehide', leave)
    window.addEventListener('pageshow', back)
    return () => {
      window.removeEventListener('pagehide', leave)
      window.removeEventListener('pageshow', back)
      visit.stop()
    }
  }, [visit])
  return visit
}
