import { useRef, useSyncExternalStore } from 'react'
import type { Readable } from '../live/store'

/** Joins a media object's state to React; the component renders only when what it picked has changed. */
export function useStore<S, T>(store: Readable<S>, pick: (state: S) => T): T {
  const last = useRef<{ state: S; picked: T } | null>(null)
  const read = () => {
    const state = store.get()
    if (last.current === null || !Object.is(last.current.state, state)) last.current = { state, picked: pick(state) }
    return last.current.picked
  }
  return useSyncExternalStore(store.subscribe, read)
}
