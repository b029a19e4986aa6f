// Reads the counters that quality.ts judges out of RTCPeerConnection.getStats().

import type { Counters } from './quality'

interface Inbound {
  type: string
  id?: string
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
  localCandidateId?: string
  selectedCandidatePairId?: string
  candidateType?: string
  protocol?: string
}

/** The way that the media take: straight by UDP, over TCP, or through a relay. */
export type Route = 'direct' | 'tcp' | 'relay'

export function routeOf(report: Iterable<Inbound>): Route {
  const entries = [...report]
  const selected = entries.find((s) => s.type === 'transport' && s.selectedCandidatePairId)?.selectedCandidatePairId
  const pair = entries.find((s) => s.type === 'candidate-pair' && (selected ? s.id === selected : s.nominated && s.state === 'succeeded'))
  const local = entries.find((s) => s.type === 'local-candidate' && s.id === pair?.localCandidateId)
  if (local?.candidateType === 'relay') return 'relay'
  return local?.protocol === 'tcp' ? 'tcp' : 'direct'
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

export async function readStats(pc: RTCPeerConnection, lecturerMid: string | null): Promise<{ counters: Counters; route: Route }> {
  const report: Inbound[] = []
  ;(await pc.getStats()).forEach((entry) => report.push(entry as Inbound))
  return { counters: counters(report, lecturerMid, performance.now()), route: routeOf(report) }
}
