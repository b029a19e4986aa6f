// Candidates that came after the offer, as an SDP fragment for PATCH (application/trickle-ice-sdpfrag, RFC 8840 §9, RFC 9725 §4.3).

/** `sdp` is the offer that was sent: its first m-line carries the bundle. */
export function candidateFragment(sdp: string, candidates: string[], last: boolean): string {
  const line = (name: string) => new RegExp(`^a=${name}:.*$`, 'm').exec(sdp)?.[0].trim()
  const media = /^m=.*$/m.exec(sdp)?.[0].trim()
  const lines = [line('ice-ufrag'), line('ice-pwd'), media, line('mid'), ...candidates.map((c) => `a=${c}`)]
  if (last) lines.push('a=end-of-candidates')
  return lines.filter(Boolean).join('\r\n') + '\r\n'
}

/** The answer of before with the credentials and candidates of an ICE restart's fragment (RFC 9725 §4.3.3); the first m-line carries the bundle. */
export function restartedAnswer(sdp: string, fragment: string): string {
  const value = (name: string) => new RegExp(`^a=${name}:(.*)$`, 'm').exec(fragment)?.[1]?.trim() ?? ''
  const candidates = fragment.match(/^a=(candidate:.*|end-of-candidates)$/gm) ?? []
  let first = true
  const lines: string[] = []
  for (const line of sdp.split(/\r?\n/)) {
    if (/^a=(candidate:|end-of-candidates)/.test(line)) continue
    if (line.startsWith('a=ice-ufrag:')) lines.push(`a=ice-ufrag:${value('ice-ufrag')}`)
    else if (line.startsWith('a=ice-pwd:')) lines.push(`a=ice-pwd:${value('ice-pwd')}`)
    else lines.push(line)
    if (first && line.startsWith('a=mid:')) {
      first = false
      lines.push(...candidates.map((c) => c.trim()))
    }
  }
  return lines.join('\r\n')
}
