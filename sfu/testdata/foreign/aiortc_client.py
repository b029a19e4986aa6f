# aiortc plays by WHEP or publishes by WHIP: aiortc_client.py whep|whip ADDRESS GRANT. It says on its output, in JSON, what the server answered, what
# it has decoded, and when it is connected; at the end of its input it deletes the session.
import asyncio
import fractions
import json
import sys
import urllib.error
import urllib.parse
import urllib.request

import av
from aiortc import RTCPeerConnection, RTCSessionDescription, VideoStreamTrack
from aiortc.mediastreams import AudioStreamTrack


def say(**what):
    print(json.dumps(what), flush=True)


def http(method, url, grant, body=None, **headers):
    request = urllib.request.Request(url, data=body and body.encode(), method=method, headers={"Authorization": "Bearer " + grant, **headers})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, dict(answer.headers), answer.read().decode()
    except urllib.error.HTTPError as e:
        return e.code, dict(e.headers), e.read().decode()


class Stripes(VideoStreamTrack):
    """A picture that moves."""

    n = 0

    async def recv(self):
        pts, time_base = await self.next_timestamp()
        frame = av.VideoFrame(320, 180, "yuv420p")
        for i, plane in enumerate(frame.planes):
            row = bytes((x * 2 + self.n * 5) % 256 if i == 0 else 128 for x in range(plane.line_size))
            plane.update(row * plane.height)
        self.n += 1
        frame.pts, frame.time_base = pts, time_base
        return frame


async def play(track, counts):
    """Counts what was decoded, and pictures that differ from the one before; loud is the largest sample of a voice."""
    before = None
    while True:
        frame = await track.recv()
        mine = counts[track.kind]
        mine["decoded"] += 1
        if track.kind == "video":
            pixels = bytes(frame.planes[0])
            mine["moved"] += pixels != before
            mine["width"], before = frame.width, pixels
        else:
            samples = memoryview(bytes(frame.planes[0])).cast("h")
            mine["loud"] = max(mine["loud"], max(abs(s) for s in samples[:200]))


async def main(kind, address, grant):
    pc = RTCPeerConnection()
    counts = {"video": {"decoded": 0, "moved": 0, "width": 0}, "audio": {"decoded": 0, "loud": 0}}
    players = []
    pc.on("connectionstatechange", lambda: say(state=pc.connectionState))
    if kind == "whep":
        pc.on("track", lambda track: players.append(asyncio.ensure_future(play(track, counts))))
        pc.addTransceiver("video", direction="recvonly")
        pc.addTransceiver("audio", direction="recvonly")
    else:
        pc.addTransceiver(Stripes(), direction="sendonly")
        pc.addTransceiver(AudioStreamTrack(), direction="sendonly")
    await pc.setLocalDescription(await pc.createOffer())
    status, headers, body = await asyncio.to_thread(http, "POST", address, grant, pc.localDescription.sdp, **{"Content-Type": "application/sdp"})
    say(post=status, headers=headers, offer=pc.localDescription.sdp, answer=body)
    if status == 201:
        session = urllib.parse.urljoin(address, headers["Location"])
        await pc.setRemoteDescription(RTCSessionDescription(body, "answer"))

        async def report():
            while True:
                await asyncio.sleep(0.5)
                say(**counts)

        reporting = asyncio.ensure_future(report())
        await asyncio.to_thread(sys.stdin.read)
        reporting.cancel()
        status, _, _ = await asyncio.to_thread(http, "DELETE", session, grant)
        again, _, problem = await asyncio.to_thread(http, "DELETE", session, grant)
        say(delete=status, again=again, problem=problem)
    for player in players:
        player.cancel()
    await pc.close()


asyncio.run(main(*sys.argv[1:]))
