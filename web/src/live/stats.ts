// Reads the counters that quality.ts judges out of RTCPeerConnection.getStats().

import type { Counters } from './quality'

interface Inbound {
  type: string
  kind?: string
  mid?: string
  packetsReceived?: number
  packetsLost?: number
  bytesReceived?: number
  framesDecoded?: number
  totalFreezesDuration?: number
  totalSamplesReceived?: number
  concealedSamples?: number
  silentConcealedSamples?: number
  currentRoundTripTime?: number
  nominated?: boolean
  state?: string
}

export function counters(report: Iterable<Inbound>, lecturerMid: string | null, at: number): Counters {
  const sum: Counters = { at, packets: 0, lost: 0, frames: 0, frozen: 0, samples: 0, concealed: 0, rtt: 0, bytes: 0 }
  for (const s of report) {
    if (s.type === 'candidate-pair' && s.nominated && s.state === 'succeeded') sum.rtt = (s.currentRoundTripTime ?? 0) * 1000
    if (s.type !== 'inbound-rtp') continue
    sum.packets += s.packetsReceived ?? 0
    sum.lost += s.packetsLost ?? 0
    sum.bytes += s.bytesReceived ?? 0
    if (s.kind === 'video' && s.mid === lecturerMid) {
      sum.frames += s.framesDecoded ?? 0
      sum.frozen += s.totalFreezesDuration ?? 0
    }
    // Silence that was made up disturbs nobody: a muted microphone sends nothing.
    sum.samples += s.totalSamplesReceived ?? 0
    sum.concealed += (s.concealedSamples ?? 0) - (s.silentConcealedSamples ?? 0)
  }
  return sum
}

export async function readCounters(pc: RTCPeerConnection, lecturerMid: string | null): Promise<Counters> {
  const report: Inbound[] = []
  ;(await pc.getStats()).forEach((entry) => report.push(entry as Inbound))
  return counters(report, lecturerMid, performance.now())
}
