import type { Chapter } from '../../api/model'

/** Slides without a title carry only their page number; words makes a title of it. */
export function titled(chapters: Chapter[], words: (page: number) => string): Chapter[] {
  return chapters.map((c) => (c.kind === 'slide' && /^\d+$/.test(c.title) ? { ...c, title: words(Number(c.title)) } : c))
}

/** The chapter that runs at a time, or -1 before the first. Chapters are in order of start. */
export function chapterAt(chapters: Chapter[], seconds: number): number {
  let found = -1
  for (const [i, c] of chapters.entries()) {
    if (c.start > seconds + 0.25) break // a seek lands up to a frame before the mark
    found = i
  }
  return found
}

export interface Mark {
  /** 0–100, from the left of the seek bar. */
  at: number
  chapter: Chapter
}

/** Where chapters stand on the seek bar. Those beyond the end are left out, and the one at zero, which is the bar's beginning. */
export function marks(chapters: Chapter[], duration: number): Mark[] {
  if (!(duration > 0)) return []
  return chapters.filter((c) => c.start > 0 && c.start < duration).map((chapter) => ({ at: (chapter.start / duration) * 100, chapter }))
}

/** Where "previous chapter" and "next chapter" lead. Within the first 3 s of a chapter, previous means the one before. */
export function neighbour(chapters: Chapter[], seconds: number, step: -1 | 1): number | null {
  const now = chapterAt(chapters, seconds)
  if (step === 1) return chapters[now + 1]?.start ?? null
  const start = chapters[now]?.start ?? 0
  return seconds - start > 3 ? start : (chapters[now - 1]?.start ?? 0)
}
