// How long pictures and voices wait in the browser before they are played, so that what was lost can be sent again in time. Pure: figures in, ms out.

import type { Figures } from './quality'

const SHORT_MS = 40
const LONGEST_MS = 600

// A loss is noticed with the next packet, the repair takes a round trip, and is lost as often as everything else: the second one comes in time too.
const LOSSY = 0.005
const OFTEN_LOST = 0.02
const NOTICED_MS = 60

// A picture that stood still although it waited had to wait longer: its cause (a full line, a busy machine) is in no other figure.
const STOOD_STILL = 0.02
const STEP_MS = 80

// It becomes shorter by so much of itself in a round: a line that lost a moment ago loses again.
const FALL = 0.04

export class Cushion {
  private ms = SHORT_MS
  private rtt = 0

  /** ms of jitter buffer to ask for now. */
  get wait(): number {
    return Math.round(this.ms)
  }

  /** What was seen in the last round (2 s). It grows at once and shrinks slowly. */
  next(f: Figures): number {
    this.rtt = this.rtt === 0 ? f.rtt : this.rtt + 0.3 * (f.rtt - this.rtt)
    const repairs = f.loss < LOSSY ? 0 : f.loss < OFTEN_LOST ? 1 : 2
    const needed = repairs > 0 ? repairs * this.rtt + NOTICED_MS : SHORT_MS
    const wanted = f.frozen > STOOD_STILL ? Math.max(needed, this.ms + STEP_MS) : needed
    this.ms = Math.min(LONGEST_MS, Math.max(wanted, this.ms * (1 - FALL), SHORT_MS))
    return this.wait
  }
}
