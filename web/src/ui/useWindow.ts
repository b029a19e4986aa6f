import { type RefObject, useEffect, useState } from 'react'
import { flushSync } from 'react-dom'

export interface Shown {
  from: number
  /** After the last. */
  to: number
}

/** Which rows of a list can be seen, with some to spare: `height` pixels each. */
export function shownRows(scrollTop: number, viewport: number, height: number, count: number, spare = 8): Shown {
  const from = Math.max(0, Math.floor(scrollTop / height) - spare)
  return { from: Math.min(from, count), to: Math.min(count, Math.ceil((scrollTop + viewport) / height) + spare) }
}

/** Only the rows of a long list that can be seen are drawn: `box` scrolls, its rows are `height` pixels each. */
export function useWindow(box: RefObject<HTMLElement | null>, height: number, count: number): Shown {
  const [shown, setShown] = useState<Shown>({ from: 0, to: Math.min(count, 40) })
  useEffect(() => {
    const el = box.current
    if (!el) return
    const look = () => {
      if (matchMedia('print').matches) return setShown({ from: 0, to: count }) // on paper nothing scrolls
      // To whole steps: most events of scrolling change nothing.
      const next = shownRows(Math.floor(el.scrollTop / (4 * height)) * 4 * height, el.clientHeight + 4 * height, height, count)
      setShown((s) => (s.from === next.from && s.to === next.to ? s : next))
    }
    look()
    el.addEventListener('scroll', look, { passive: true })
    addEventListener('resize', look)
    // A print is taken as soon as beforeprint was heard: the rows must be there by then.
    const all = () => flushSync(() => setShown({ from: 0, to: count }))
    addEventListener('beforeprint', all)
    addEventListener('afterprint', look)
    return () => {
      el.removeEventListener('scroll', look)
      removeEventListener('resize', look)
      removeEventListener('beforeprint', all)
      removeEventListener('afterprint', look)
    }
  }, [box, height, count])
  return shown
}
