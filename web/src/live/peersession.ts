// One peer connection and its one HTTP exchange: POST the offer, take the answer, PATCH late candidates, DELETE at the end. An answer without a
// Location (the agent's preview) has neither PATCH nor DELETE.

import { request } from './http'
import { iceServersOf } from './icelinks'
import { candidateFragment, restartedAnswer } from './sdpfrag'

// Host candidates are there within a few ms; one that takes longer (a relay's) follows by PATCH.
const GATHER_MS = 250

export class PeerSession {
  readonly pc: RTCPeerConnection
  readonly grant: string
  /** That the server named in its answer (RFC 9725 §4.6); empty: none. */
  iceServers: RTCIceServer[] = []
  private address: URL | null = null
  private etag = ''
  private offer = ''
  private late: string[] = []
  private left = false

  constructor(pc: RTCPeerConnection, grant: string) {
    this.pc = pc
    this.grant = grant
  }

  /** Last part of the session's address. */
  get id(): string {
    return this.address?.pathname.split('/').pop() ?? ''
  }

  async open(url: string, signal: AbortSignal): Promise<void> {
    const { pc } = this
    await pc.setLocalDescription()
    await gathered(pc, GATHER_MS)
    const offer = (this.offer = pc.localDescription?.sdp ?? '')
    pc.onicecandidate = (event) => void this.follow(event.candidate)
    const response = await request(url, { method: 'POST', headers: this.headers('application/sdp'), body: offer, signal })
    const place = response.headers.get('Location')
    if (place) this.address = new URL(place, new URL(url, location.href))
    this.etag = response.headers.get('ETag') ?? ''
    this.iceServers = iceServersOf(response.headers.get('Link'))
    // They serve a restart of this connection, and the next one (PeerLink): their credentials are newer than those of the join.
    if (this.iceServers.length > 0) pc.setConfiguration({ ...pc.getConfiguration(), iceServers: this.iceServers })
    await pc.setRemoteDescription({ type: 'answer', sdp: await response.text() })
    if (this.address && this.late.length > 0) await this.sendLate(false)
  }

  /** New ICE credentials for the same session (RFC 9725 §4.3.3): another network, everything else stays. Rejects when the server has no such session. */
  async restart(): Promise<void> {
    const { pc } = this
    const before = pc.remoteDescription?.sdp
    if (!this.address || !before) throw new Error('no session to restart')
    pc.restartIce()
    await pc.setLocalDescription()
    this.offer = pc.localDescription?.sdp ?? ''
    // Candidates are not waited for: the server's are in its answer, and it learns ours from the first check.
    const headers = { ...this.headers('application/trickle-ice-sdpfrag'), 'If-Match': '*' }
    const response = await request(String(this.address), { method: 'PATCH', headers, body: candidateFragment(this.offer, [], false) })
    this.etag = response.headers.get('ETag') ?? ''
    await pc.setRemoteDescription({ type: 'answer', sdp: restartedAnswer(before, await response.text()) })
  }

  /** Tells the server that nobody is here any more; works while the page is being closed. */
  leave(): void {
    if (!this.address || this.left) return
    this.left = true
    fetch(this.address, { method: 'DELETE', headers: this.headers(), keepalive: true }).catch(() => {
      // The server notices by itself that the media have stopped.
    })
  }

  close(): void {
    this.leave()
    this.pc.onicecandidate = null
    this.pc.close()
  }

  private async follow(candidate: RTCIceCandidate | null): Promise<void> {
    if (candidate?.candidate) this.late.push(candidate.candidate)
    // During a restart they stay for the answer's sake: an old ETag would be refused.
    if (this.address && this.pc.signalingState === 'stable') await this.sendLate(candidate === null)
  }

  private async sendLate(last: boolean): Promise<void> {
    const body = candidateFragment(this.offer, this.late.splice(0), last)
    const headers: Record<string, string> = this.headers('application/trickle-ice-sdpfrag')
    if (this.etag) headers['If-Match'] = this.etag
    try {
      await request(String(this.address), { method: 'PATCH', headers, body })
    } catch {
      // Late candidates are a help, not a need: the connection's own timeout decides.
    }
  }

  private headers(type?: string): Record<string, string> {
    return { ...(this.grant ? { Authorization: `Bearer ${this.grant}` } : {}), ...(type ? { 'Content-Type': type } : {}) }
  }
}

/** Resolves when all candidates are known, or after `ms`. */
function gathered(pc: RTCPeerConnection, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      pc.removeEventListener('icegatheringstatechange', check)
      resolve()
    }
    const check = () => pc.iceGatheringState === 'complete' && done()
    const timer = setTimeout(done, ms)
    pc.addEventListener('icegatheringstatechange', check)
    check()
  })
}
