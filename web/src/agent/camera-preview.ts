// The camera's picture, straight from the agent on this computer, by one WebRTC exchange. It comes back by itself.

import { preferOn } from '../live/codecs'
import { PeerLink } from '../live/peerlink'

export class CameraPreview {
  readonly stream = new MediaStream()
  private readonly link: PeerLink

  constructor(camera: string) {
    this.link = new PeerLink({
      url: `/local/preview?camera=${encodeURIComponent(camera)}`,
      grant: () => Promise.resolve(''),
      prepare: (pc) => preferOn(pc.addTransceiver('video', { direction: 'recvonly' }), 'receive'),
      up: (pc) => this.show(pc),
    })
  }

  start(): void {
    this.link.start()
  }

  stop(): void {
    this.link.stop()
  }

  private show(pc: RTCPeerConnection): void {
    for (const old of this.stream.getTracks()) this.stream.removeTrack(old)
    for (const { track } of pc.getReceivers()) this.stream.addTrack(track)
  }
}
