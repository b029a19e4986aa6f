// The room's or the person's own camera and microphone, and the screen to share. Failures become codes that a teacher can be told.

import type { Problem } from './wire'
import { Refusal } from './http'

export type DeviceCode = 'no-device' | 'device-refused' | 'device-busy' | 'device-insecure' | 'device-failed'

/** The browser's DOMException names (Media Capture and Streams §10.2) in our codes. */
export function deviceCode(name: string): DeviceCode {
  if (name === 'NotFoundError' || name === 'OverconstrainedError') return 'no-device'
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'device-refused'
  if (name === 'NotReadableError' || name === 'AbortError') return 'device-busy'
  return 'device-failed'
}

export function deviceProblem(error: unknown): Problem {
  if (error instanceof Refusal) return error.problem
  const name = error instanceof DOMException ? error.name : ''
  return { status: 0, code: deviceCode(name), detail: String(error) }
}

export interface Captured {
  stream: MediaStream
  /** Why the camera or the microphone is not in it. */
  camera: Problem | null
  microphone: Problem | null
}

const PICTURE: MediaTrackConstraints = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 25, max: 30 } }

/** Camera and microphone; where one fails, the other alone. Rejects only when there is neither. */
export async function captureRoom(): Promise<Captured> {
  const media = mediaDevices()
  try {
    return { stream: await media.getUserMedia({ video: PICTURE, audio: true }), camera: null, microphone: null }
  } catch (both) {
    if (deviceProblem(both).code === 'device-refused') throw both
    const one = (constraints: MediaStreamConstraints) =>
      media.getUserMedia(constraints).then(
        (stream) => ({ stream, problem: null }),
        (error: unknown) => ({ stream: null, problem: deviceProblem(error) }),
      )
    const picture = await one({ video: PICTURE })
    const voice = await one({ audio: true })
    if (!picture.stream && !voice.stream) throw both
    const tracks = [...(picture.stream?.getTracks() ?? []), ...(voice.stream?.getTracks() ?? [])]
    return { stream: new MediaStream(tracks), camera: picture.problem, microphone: voice.problem }
  }
}

/** Slides and handwriting: sharp letters matter more than movement. */
export async function captureScreen(): Promise<Captured> {
  const media = mediaDevices()
  const stream = await media.getDisplayMedia({ video: { frameRate: { ideal: 15, max: 30 }, width: { max: 1920 }, height: { max: 1080 } }, audio: false })
  const [track] = stream.getVideoTracks()
  if (track && 'contentHint' in track) track.contentHint = 'detail'
  return { stream, camera: null, microphone: null }
}

/** Tells which kinds of input there are whenever something was plugged in or out. Returns the undo. */
export function onDevices(tell: (kinds: Set<MediaDeviceKind>) => void): () => void {
  const media = navigator.mediaDevices as MediaDevices | undefined
  const look = async () => {
    const devices = (await media?.enumerateDevices()) ?? []
    tell(new Set(devices.map((device) => device.kind).filter((kind) => kind !== 'audiooutput')))
  }
  const listener = () => void look()
  media?.addEventListener('devicechange', listener)
  return () => media?.removeEventListener('devicechange', listener)
}

function mediaDevices(): MediaDevices {
  // Only pages from https or this very computer may use a camera.
  if (!navigator.mediaDevices?.getUserMedia) throw new Refusal({ status: 0, code: 'device-insecure' })
  return navigator.mediaDevices
}
