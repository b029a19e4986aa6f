import type { LessonQuality, LineStep } from '../../api/model'

/** Steps that follow each other with one word, as one bar. */
export interface Run {
  n: number
  length: number
  word: LineStep['word']
}

export function runs(steps: LineStep[]): Run[] {
  const all: Run[] = []
  for (const { n, word } of steps) {
    const last = all.at(-1)
    if (last && last.word === word && last.n + last.length === n) last.length++
    else all.push({ n, length: 1, word })
  }
  return all
}

/** How many steps the lesson has had so far. */
export function stepCount({ from, to, step, groups }: Pick<LessonQuality, 'from' | 'to' | 'step' | 'groups'>): number {
  const byTime = Math.ceil((Date.parse(to) - Date.parse(from)) / (step * 1000))
  return Math.max(1, byTime, ...groups.map((g) => (g.steps.at(-1)?.n ?? -1) + 1))
}

/** Where a key moves the cursor; null: it is another key. */
export function moved(n: number, key: string, count: number): number | null {
  const by: Record<string, number> = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -6, PageUp: 6, Home: -count, End: count }
  const step = by[key]
  return step === undefined ? null : Math.max(0, Math.min(count - 1, n + step))
}

export const percent = (share: number) => `${(share * 100).toFixed(1)}%`

export function rate(bitrate: number): string {
  return bitrate >= 1e6 ? `${(bitrate / 1e6).toFixed(1)} Mbit/s` : `${Math.round(bitrate / 1000)} kbit/s`
}
