// Candidates that came after the offer, as an SDP fragment for PATCH (application/trickle-ice-sdpfrag, RFC 8840 §9, RFC 9725 §4.3).

/** `sdp` is the offer that was sent: its first m-line carries the bundle. */
export function candidateFragment(sdp: string, candidates: string[], last: boolean): string {
  const line = (name: string) => new RegExp(`^a=${name}:.*$`, 'm').exec(sdp)?.[0].trim()
  const media = /^m=.*$/m.exec(sdp)?.[0].trim()
  const lines = [line('ice-ufrag'), line('ice-pwd'), media, line('mid'), ...candidates.map((c) => `a=${c}`)]
  if (last) lines.push('a=end-of-candidates')
  return lines.filter(Boolean).join('\r\n') + '\r\n'
}
