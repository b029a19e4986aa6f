// H.264 is the common language of a lesson: cameras speak it, every browser plays it, the recording needs no transcoding. The others pass as well.

interface Codec {
  mimeType: string
  sdpFmtpLine?: string
}

/** The best liked first; of the others the transport needs only retransmission. */
const LIKED = [/^video\/h264$/i, /^video\/vp8$/i, /^video\/vp9$/i, /^video\/av1$/i, /^video\/rtx$/i]

/** What the server passes: whole H.264 frames (packetization-mode 1), and of VP9 and AV1 the basic profile. */
function passes({ mimeType, sdpFmtpLine = '' }: Codec): boolean {
  if (/^video\/h264$/i.test(mimeType)) return sdpFmtpLine.includes('packetization-mode=1')
  const profile = /(?:^|;)\s*profile(?:-id)?=(\d+)/.exec(sdpFmtpLine)?.[1]
  return /^video\/(vp9|av1)$/i.test(mimeType) ? (profile ?? '0') === '0' : true
}

export function preferred<C extends Codec>(codecs: C[]): C[] {
  const able = codecs.filter(passes)
  return LIKED.flatMap((liked) => able.filter((codec) => liked.test(codec.mimeType)))
}

export function preferOn(transceiver: RTCRtpTransceiver, side: 'receive' | 'send'): void {
  // Older browsers lack one or the other; then the server's choice decides.
  if (typeof transceiver.setCodecPreferences !== 'function') return
  const able = side === 'send' ? RTCRtpSender.getCapabilities('video') : RTCRtpReceiver.getCapabilities('video')
  if (able) transceiver.setCodecPreferences(preferred(able.codecs))
}
