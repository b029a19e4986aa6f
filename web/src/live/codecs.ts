// H.264 is the common language of a lesson: cameras speak it, every browser plays it, the recording needs no transcoding.

interface Codec {
  mimeType: string
  sdpFmtpLine?: string
}

// Retransmission, which the transport needs beside the picture itself.
const HELPER = /^video\/rtx$/i

/** H.264 first (packetization-mode 1 before 0), its helpers last, and nothing else; everything as it is where there is no H.264. */
export function preferH264<C extends Codec>(codecs: C[]): C[] {
  const h264 = codecs.filter((codec) => /^video\/h264$/i.test(codec.mimeType))
  if (h264.length === 0) return codecs
  const wholeFrames = (codec: C) => (codec.sdpFmtpLine?.includes('packetization-mode=1') ? 0 : 1)
  h264.sort((a, b) => wholeFrames(a) - wholeFrames(b))
  return [...h264, ...codecs.filter((codec) => HELPER.test(codec.mimeType))]
}

export function preferOn(transceiver: RTCRtpTransceiver, side: 'receive' | 'send'): void {
  // Older browsers lack one or the other; then the server's choice decides.
  if (typeof transceiver.setCodecPreferences !== 'function') return
  const able = side === 'send' ? RTCRtpSender.getCapabilities('video') : RTCRtpReceiver.getCapabilities('video')
  if (able) transceiver.setCodecPreferences(preferH264(able.codecs))
}
