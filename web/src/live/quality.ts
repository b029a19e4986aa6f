// The viewer's connection in one word, from the browser's own counters. Pure: numbers in, a word out.

export type Quality = 'good' | 'fair' | 'poor' | 'gone'

/** Counters at one moment, summed over what is received. */
export interface Counters {
  /** ms */
  at: number
  packets: number
  lost: number
  /** Decoded pictures of the lecturer's pane. */
  frames: number
  /** Seconds in which a picture stood still. */
  frozen: number
  /** Samples of voice, and those that were made up because they had not arrived. */
  samples: number
  concealed: number
  /** Round trip in ms, 0 unknown. */
  rtt: number
  bytes: number
}

/** What happened between two moments. */
export interface Figures {
  /** Share 0–1. */
  loss: number
  fps: number
  /** Share of the time 0–1. */
  frozen: number
  /** Share of the voice 0–1. */
  concealed: number
  /** ms */
  rtt: number
  /** bit/s */
  bitrate: number
}

export function between(before: Counters, now: Counters): Figures {
  const secs = Math.max(0.001, (now.at - before.at) / 1000)
  const more = (key: keyof Counters) => Math.max(0, now[key] - before[key])
  const share = (part: number, whole: number) => (whole > 0 ? Math.min(1, part / whole) : 0)
  return {
    loss: share(more('lost'), more('lost') + more('packets')),
    fps: more('frames') / secs,
    frozen: Math.min(1, more('frozen') / secs),
    concealed: share(more('concealed'), more('samples')),
    rtt: now.rtt,
    bitrate: (more('bytes') * 8) / secs,
  }
}

// From these on, a class notices (fair) or cannot follow any more (poor). Frames count only while a picture is expected.
const FAIR = { loss: 0.02, rtt: 250, frozen: 0.05, concealed: 0.03, fps: 12 }
const POOR = { loss: 0.08, rtt: 600, frozen: 0.3, concealed: 0.12, fps: 6 }

export function judge(f: Figures, pictureExpected: boolean): Quality {
  const past = (limit: typeof FAIR) =>
    f.loss > limit.loss ||
    f.rtt > limit.rtt ||
    f.frozen > limit.frozen ||
    f.concealed > limit.concealed ||
    (pictureExpected && f.fps < limit.fps)
  if (past(POOR)) return 'poor'
  return past(FAIR) ? 'fair' : 'good'
}

/** Keeps the word steady: another one is taken when it came twice running. */
export class SteadyWord {
  private shown: Quality
  private candidate: Quality | null = null

  constructor(first: Quality = 'good') {
    this.shown = first
  }

  next(word: Quality): Quality {
    if (word === this.shown) this.candidate = null
    else if (word === this.candidate) {
      this.shown = word
      this.candidate = null
    } else this.candidate = word
    return this.shown
  }
}
