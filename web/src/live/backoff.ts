// How long to wait before the next try: 0.25 s, 0.5 s, 1 s … at most 8 s, ± 25 %, so that a class of browsers does not come back in one instant.

const FIRST_MS = 250
const LONGEST_MS = 8000

export function backoff(attempt: number, random: () => number = Math.random): number {
  const plain = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt, 10))
  return Math.round(plain * (0.75 + random() * 0.5))
}

/** A wait that can be cut short: by wake (the line is back) or by the signal (nobody wants it any more). It always resolves. */
export class Pause {
  private cut: (() => void) | null = null

  wait(ms: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve()
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer)
        signal.removeEventListener('abort', done)
        this.cut = null
        resolve()
      }
      const timer = setTimeout(done, ms)
      signal.addEventListener('abort', done)
      this.cut = done
    })
  }

  wake = (): void => this.cut?.()
}

/** Calls wake when the browser says that the network is back or the page is looked at again. Returns the undo. */
export function onLineBack(wake: () => void): () => void {
  const visible = () => document.visibilityState === 'visible' && wake()
  window.addEventListener('online', wake)
  document.addEventListener('visibilitychange', visible)
  return () => {
    window.removeEventListener('online', wake)
    document.removeEventListener('visibilitychange', visible)
  }
}
