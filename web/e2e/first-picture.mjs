// How long Chromium takes from the POST of a WHEP offer to its first picture: node first-picture.mjs WHEP-URL GRANT JOINS PERIOD
// Joins are PERIOD ms apart. It prints the times, ms, as a JSON array. `tongtang bench` runs it.
import { chromium } from 'playwright-core'

const [whep, grant, joins, period] = process.argv.slice(2)
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync',
    '--autoplay-policy=no-user-gesture-required', '--disable-features=WebRtcHideLocalIpsWithMdns'],
})
try {
  const page = await browser.newPage()
  await page.goto(new URL('/healthz', whep).href)
  const times = []
  const start = Date.now()
  for (let i = 0; i < Number(joins); i++) {
    await new Promise((go) => setTimeout(go, start + i * Number(period) - Date.now()))
    times.push(await page.evaluate(join, { whep, grant }))
  }
  console.log(JSON.stringify(times))
} finally {
  await browser.close()
}

// join runs in the page.
async function join({ whep, grant }) {
  const headers = { Authorization: `Bearer ${grant}`, 'Content-Type': 'application/sdp' }
  const video = Object.assign(document.createElement('video'), { muted: true, autoplay: true, playsInline: true })
  document.body.replaceChildren(video)
  const pc = new RTCPeerConnection()
  pc.ontrack = ({ track }) => {
    if (track.kind === 'video') video.srcObject = new MediaStream([track])
  }
  for (const kind of ['video', 'audio']) pc.addTransceiver(kind, { direction: 'recvonly' })
  await pc.setLocalDescription()
  while (pc.iceGatheringState !== 'complete') await new Promise((go) => pc.addEventListener('icegatheringstatechange', go, { once: true }))
  const pictured = new Promise((go, fail) => {
    video.requestVideoFrameCallback(() => go(performance.now()))
    setTimeout(() => fail(new Error('no picture within 10 s')), 10_000)
  })
  const asked = performance.now()
  const answer = await fetch(whep, { method: 'POST', headers, body: pc.localDescription.sdp })
  if (answer.status !== 201) throw new Error(`WHEP: ${answer.status} ${await answer.text()}`)
  await pc.setRemoteDescription({ type: 'answer', sdp: await answer.text() })
  const took = (await pictured) - asked
  if (!video.videoWidth) throw new Error('a picture without a size')
  pc.close()
  await fetch(new URL(answer.headers.get('Location'), whep), { method: 'DELETE', headers })
  return took
}
