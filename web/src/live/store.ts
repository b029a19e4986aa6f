// A value that others can watch. All media objects of the lesson tell their state through one; React joins it with useStore (../lesson/useStore).

export interface Readable<S> {
  get(): S
  subscribe(listener: () => void): () => void
}

export class Store<S> implements Readable<S> {
  private value: S
  private readonly listeners = new Set<() => void>()

  constructor(first: S) {
    this.value = first
  }

  // Bound, so that they can be handed to useSyncExternalStore as they are.
  get = (): S => this.value

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  set(next: S): void {
    if (Object.is(next, this.value)) return
    this.value = next
    for (const listener of [...this.listeners]) listener()
  }

  /** Changes some fields; nobody is told when none of them differs. */
  patch(change: Partial<S>): void {
    const keys = Object.keys(change) as (keyof S)[]
    if (keys.every((key) => Object.is(this.value[key], change[key]))) return
    this.set({ ...this.value, ...change })
  }
}
