import { useSyncExternalStore } from 'react'

const query = typeof matchMedia === 'function' ? matchMedia('(max-width: 820px)') : null

const subscribe = (f: () => void) => {
  query?.addEventListener('change', f)
  return () => query?.removeEventListener('change', f)
}

/** A phone's width: where a week does not fit beside itself. */
export const useNarrow = () => useSyncExternalStore(subscribe, () => query?.matches ?? false)
