import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react'
import './long-list.css'
import { shown } from './window'

interface Props<T> {
  items: T[]
  rowHeight: number
  label: string
  chosen?: string
  keyOf: (item: T) => string
  onChoose?: (item: T) => void
  children: (item: T, chosen: boolean) => ReactNode
}

/** A list of any length of which only the visible rows are drawn. One row can be chosen, with the arrow keys too. */
export function LongList<T>({ items, rowHeight, label, chosen, keyOf, onChoose, children }: Props<T>) {
  const box = useRef<HTMLDivElement>(null)
  const [view, setView] = useState({ top: 0, height: 600 })
  useEffect(() => {
    const el = box.current
    if (!el) return
    const look = () => setView({ top: el.scrollTop, height: el.clientHeight })
    look()
    const resized = new ResizeObserver(look)
    resized.observe(el)
    return () => resized.disconnect()
  }, [])
  const at = items.findIndex((i) => keyOf(i) === chosen)
  useEffect(() => {
    const el = box.current
    if (!el || at < 0) return
    const top = at * rowHeight
    if (top < el.scrollTop) el.scrollTop = top
    else if (top + rowHeight > el.scrollTop + el.clientHeight) el.scrollTop = top + rowHeight - el.clientHeight
  }, [at, rowHeight])

  const step = (e: KeyboardEvent) => {
    const steps: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1, PageDown: at + 5, PageUp: at - 5 }
    const to = steps[e.key]
    if (to === undefined || !onChoose) return
    const next = items[Math.max(0, Math.min(items.length - 1, to))]
    e.preventDefault()
    if (next) onChoose(next)
  }
  const { from, to } = shown(items.length, rowHeight, view.top, view.height)
  return (
    <div ref={box} className="tt-long-list" role="listbox" aria-label={label} tabIndex={0} onKeyDown={step}
      aria-activedescendant={at >= from && at < to ? `row-${chosen}` : undefined} onScroll={(e) => setView({ top: e.currentTarget.scrollTop, height: e.currentTarget.clientHeight })}>
      <div style={{ height: items.length * rowHeight, position: 'relative' }}>
        {items.slice(from, to).map((item, i) => {
          const key = keyOf(item)
          return (
            <div key={key} id={`row-${key}`} role="option" aria-selected={key === chosen} aria-posinset={from + i + 1} aria-setsize={items.length}
              style={{ position: 'absolute', top: (from + i) * rowHeight, height: rowHeight, left: 0, right: 0 }} onClick={() => onChoose?.(item)}>
              {children(item, key === chosen)}
            </div>
          )
        })}
      </div>
    </div>
  )
}
