// How loud a stream is: RMS of the last ~40 ms in dBFS, 10 times a second.

import { Store } from './store'

export const SILENCE_DB = -96

/** RMS of samples in −1…1 as dBFS. */
export function decibels(samples: Float32Array): number {
  let sum = 0
  for (const sample of samples) sum += sample * sample
  const rms = Math.sqrt(sum / Math.max(1, samples.length))
  return rms > 0 ? Math.max(SILENCE_DB, 20 * Math.log10(rms)) : SILENCE_DB
}

/** 0–1 of a level bar: −60 dBFS is its foot, −6 its head. */
export const barShare = (db: number) => Math.min(1, Math.max(0, (db + 60) / 54))

export class LevelMeter {
  readonly db = new Store(SILENCE_DB)
  private readonly context: AudioContext
  private readonly timer: ReturnType<typeof setInterval>

  constructor(stream: MediaStream) {
    this.context = new AudioContext()
    const analyser = this.context.createAnalyser()
    analyser.fftSize = 2048
    this.context.createMediaStreamSource(stream).connect(analyser)
    const samples = new Float32Array(analyser.fftSize)
    this.timer = setInterval(() => {
      analyser.getFloatTimeDomainData(samples)
      this.db.set(Math.round(decibels(samples)))
    }, 100)
  }

  close(): void {
    clearInterval(this.timer)
    void this.context.close()
  }
}
