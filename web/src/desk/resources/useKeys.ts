import { type RefObject, useEffect } from 'react'
import type { Chapter } from '../../api/model'
import { neighbour } from './chapters'
import { fullscreen, toggle } from './Player'

/** The keys of a player, wherever the focus is on the page, except where the key already means something (typing, a button's space). */
export function useKeys(element: HTMLVideoElement | null, frame: RefObject<HTMLElement | null>, chapters: Chapter[], seek: (to: number) => void): void {
  useEffect(() => {
    if (!element) return
    const onKey = (e: KeyboardEvent) => {
      if (e.ctrlKey || e.metaKey || e.altKey || taken(e)) return
      const act = actions(element, frame.current, chapters, seek)[e.key.toLowerCase()]
      if (!act) return
      e.preventDefault()
      act()
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [element, frame, chapters, seek])
}

function taken(e: KeyboardEvent): boolean {
  const at = e.target as HTMLElement
  if (at.matches('input:not([type=range]), textarea, select')) return true
  if (at.matches('input[type=range]')) return e.key.startsWith('Arrow')
  return at.matches('button, a') && (e.key === ' ' || e.key === 'Enter')
}

function actions(v: HTMLVideoElement, frame: HTMLElement | null, chapters: Chapter[], seek: (to: number) => void): Record<string, () => void> {
  const louder = (by: number) => () => {
    v.muted = false
    v.volume = Math.max(0, Math.min(1, v.volume + by))
  }
  const chapter = (step: -1 | 1) => () => {
    const to = neighbour(chapters, v.currentTime, step)
    if (to !== null) seek(to)
  }
  return {
    ' ': () => toggle(v),
    k: () => toggle(v),
    arrowleft: () => seek(v.currentTime - 5),
    arrowright: () => seek(v.currentTime + 5),
    j: () => seek(v.currentTime - 10),
    l: () => seek(v.currentTime + 10),
    arrowup: louder(0.1),
    arrowdown: louder(-0.1),
    m: () => void (v.muted = !v.muted),
    f: () => void fullscreen(frame),
    n: chapter(1),
    p: chapter(-1),
    home: () => seek(0),
  }
}
