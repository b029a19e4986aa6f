// A publisher: the room's camera (two simulcast layers) or the shared screen, captured here and sent by WHIP until it is stopped.

import { preferOn } from './codecs'
import { captureRoom, captureScreen, deviceProblem, onDevices } from './devices'
import type { Captured } from './devices'
import { PeerLink } from './peerlink'
import type { PeerLinkOptions } from './peerlink'
import { Store } from './store'
import type { Problem } from './wire'

export type PublishKind = 'camera' | 'screen'
export type PublishPhase = 'off' | 'asking' | 'connecting' | 'on' | 'lost' | 'failed'

export interface PublishState {
  phase: PublishPhase
  stream: MediaStream | null
  /** Why it failed, or why it is lost just now. */
  problem: Problem | null
  /** Why only the other of the two is sent. */
  camera: Problem | null
  microphone: Problem | null
  cameraOn: boolean
  microphoneOn: boolean
}

const OFF: PublishState = {
  phase: 'off',
  stream: null,
  problem: null,
  camera: null,
  microphone: null,
  cameraOn: true,
  microphoneOn: true,
}

/** Layers of the room's camera, best first. A stage tile needs no more than l; the floor shows h. */
export const CAMERA_LAYERS: RTCRtpEncodingParameters[] = [
  { rid: 'h', maxBitrate: 1_500_000 },
  { rid: 'l', maxBitrate: 200_000, scaleResolutionDownBy: 4 },
]

const SCREEN_BITRATE = 1_500_000

export class Publisher {
  readonly state = new Store<PublishState>(OFF)
  private readonly kind: PublishKind
  private readonly options: Pick<PeerLinkOptions, 'url' | 'grant' | 'iceServers'>
  private link: PeerLink | null = null
  private forgetDevices: (() => void) | null = null

  constructor(kind: PublishKind, options: Pick<PeerLinkOptions, 'url' | 'grant' | 'iceServers'>) {
    this.kind = kind
    this.options = options
  }

  /** Asks for the devices and publishes. A second call while it runs does nothing. */
  async start(): Promise<void> {
    const { phase } = this.state.get()
    if (phase !== 'off' && phase !== 'failed') return
    this.state.set({ ...OFF, phase: 'asking' })
    if (this.kind === 'camera') this.forgetDevices ??= onDevices((kinds) => this.pluggedIn(kinds))
    let captured: Captured
    try {
      captured = await (this.kind === 'camera' ? captureRoom() : captureScreen())
    } catch (error) {
      // Who closes the screen chooser has changed their mind: that is no failure.
      const problem = deviceProblem(error)
      const changedMind = this.kind === 'screen' && problem.code === 'device-refused'
      this.state.set(changedMind ? OFF : { ...OFF, phase: 'failed', problem })
      return
    }
    if (this.state.get().phase !== 'asking') return stopTracks(captured.stream)
    this.send(captured)
  }

  stop(): void {
    this.forgetDevices?.()
    this.forgetDevices = null
    this.end(OFF)
  }

  /** The server has forgotten the session: connect again at once. */
  again(): void {
    this.link?.again()
  }

  turnCamera(on: boolean): void {
    for (const track of this.state.get().stream?.getVideoTracks() ?? []) track.enabled = on
    this.state.patch({ cameraOn: on })
  }

  turnMicrophone(on: boolean): void {
    for (const track of this.state.get().stream?.getAudioTracks() ?? []) track.enabled = on
    this.state.patch({ microphoneOn: on })
  }

  private send(captured: Captured): void {
    const { stream } = captured
    this.state.patch({ ...captured, phase: 'connecting' })
    for (const track of stream.getTracks()) track.addEventListener('ended', () => this.trackEnded(stream, track))
    const link = new PeerLink({ ...this.options, prepare: (pc) => this.prepare(pc, stream) })
    this.link = link
    link.state.subscribe(() => this.follow(link))
    link.start()
  }

  private prepare(pc: RTCPeerConnection, stream: MediaStream): void {
    for (const track of stream.getTracks()) {
      const sendEncodings = track.kind === 'audio' ? undefined : this.kind === 'camera' ? CAMERA_LAYERS : [{ maxBitrate: SCREEN_BITRATE }]
      const transceiver = pc.addTransceiver(track, { direction: 'sendonly', streams: [stream], sendEncodings })
      if (track.kind === 'video') preferOn(transceiver, 'send')
    }
  }

  private follow(link: PeerLink): void {
    if (link !== this.link) return
    const { phase, problem } = link.state.get()
    if (phase === 'up') this.state.patch({ phase: 'on', problem: null })
    else if (phase === 'connecting') this.state.patch({ phase: 'connecting', problem })
    else if (phase === 'lost') this.state.patch({ phase: 'lost', problem })
    else if (phase === 'refused') this.fail(problem)
  }

  private fail(problem: Problem | null): void {
    this.end({ ...OFF, phase: 'failed', problem })
  }

  private end(state: PublishState): void {
    this.link?.stop()
    this.link = null
    stopTracks(this.state.get().stream)
    this.state.set(state)
  }

  /** What was missing is there now: nobody in the classroom has to press anything. */
  private pluggedIn(kinds: Set<MediaDeviceKind>): void {
    const { phase, problem, camera, microphone } = this.state.get()
    const none = phase === 'failed' && problem?.code === 'no-device' && kinds.size > 0
    if (!none && !(camera && kinds.has('videoinput')) && !(microphone && kinds.has('audioinput'))) return
    this.end(OFF)
    void this.start()
  }

  /** The camera was unplugged, or "stop sharing" was pressed in the browser's own bar. */
  private trackEnded(stream: MediaStream, track: MediaStreamTrack): void {
    if (this.state.get().stream !== stream) return
    if (this.kind === 'screen') this.stop()
    else if (track.kind === 'video') this.state.patch({ camera: { status: 0, code: 'device-gone' } })
    else this.state.patch({ microphone: { status: 0, code: 'device-gone' } })
  }
}

function stopTracks(stream: MediaStream | null): void {
  for (const track of stream?.getTracks() ?? []) track.stop()
}
