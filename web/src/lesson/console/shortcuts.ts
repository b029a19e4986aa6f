import { useEffect } from 'react'
import type { LessonEvents } from '../../live/events'
import { useLive } from '../commands'
import type { Desk } from '../commands'
import { nextHand } from './rooms'

/** F gives the floor to the first hand, Esc takes it back; a presenter's remote control (PageDown, PageUp) turns slides. */
export function useShortcuts(events: LessonEvents): void {
  const { desk } = useLive()
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) return
      if (event.target instanceof Element && event.target.closest('input, textarea, dialog')) return
      if (act(event.key, events, desk)) event.preventDefault()
    }
    window.addEventListener('keydown', press)
    return () => window.removeEventListener('keydown', press)
  }, [events, desk])
}

function act(key: string, events: LessonEvents, desk: Desk): boolean {
  const state = events.state.get().lesson
  if (!state) return false
  if (key === 'f' || key === 'F') {
    const id = nextHand(state)
    if (id) void desk.send('floor.give', { id })
    return true
  }
  if (key === 'Escape' && state.floor) {
    void desk.send('floor.return')
    return true
  }
  if (key === 'PageDown' || key === 'PageUp') {
    const page = (state.slide?.page ?? 0) + (key === 'PageDown' ? 1 : -1)
    if (page >= 1) void desk.send('slide.show', { page })
    return true
  }
  return false
}
