import { useEffect } from 'react'
import type { Loaded } from '../app/useLoad'

/** Loads anew when a part of the same thing, shown beside it, has raised its version: one's own change is no reason to refuse the next. */
export function useFollow({ data, reload }: Loaded<{ version: number }>, version = 0) {
  useEffect(() => {
    if (data && data.version < version) reload()
  }, [version])
}
