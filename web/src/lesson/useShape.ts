import { useSyncExternalStore } from 'react'
import type { Shape } from './layout'

const upright = window.matchMedia('(max-width: 720px) and (orientation: portrait)')

function subscribe(listener: () => void): () => void {
  upright.addEventListener('change', listener)
  return () => upright.removeEventListener('change', listener)
}

/** Whether the page lies, or stands like a phone. */
export const useShape = (): Shape => useSyncExternalStore(subscribe, () => (upright.matches ? 'tall' : 'wide'))
