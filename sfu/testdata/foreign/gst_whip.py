# GStreamer's webrtcbin publishes a moving picture (H.264) and a tone (Opus) by WHIP: gst_whip.py ADDRESS GRANT. It says on its output, in JSON, what
# the server answered and when it is connected; at the end of its input it deletes the session.
import json
import sys
import threading
import urllib.error
import urllib.parse
import urllib.request

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstWebRTC", "1.0")
gi.require_version("GstSdp", "1.0")
from gi.repository import GLib, Gst, GstSdp, GstWebRTC  # noqa: E402

PIPELINE = """
webrtcbin name=w bundle-policy=max-bundle
videotestsrc is-live=true pattern=ball ! video/x-raw,width=320,height=180,framerate=25/1 ! videoconvert
  ! x264enc tune=zerolatency speed-preset=ultrafast key-int-max=50 bitrate=500 ! video/x-h264,profile=constrained-baseline
  ! rtph264pay config-interval=-1 aggregate-mode=zero-latency ! application/x-rtp,media=video,encoding-name=H264,payload=96 ! w.
audiotestsrc is-live=true freq=440 ! audioconvert ! audioresample ! opusenc ! rtpopuspay ! application/x-rtp,media=audio,encoding-name=OPUS,payload=97 ! w.
"""


def say(**what):
    print(json.dumps(what), flush=True)


def http(method, url, grant, body=None, **headers):
    request = urllib.request.Request(url, data=body and body.encode(), method=method, headers={"Authorization": "Bearer " + grant, **headers})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, dict(answer.headers), answer.read().decode()
    except urllib.error.HTTPError as e:
        return e.code, dict(e.headers), e.read().decode()


class Publisher:
    def __init__(self, address, grant):
        self.address, self.grant, self.session = address, grant, None
        self.loop = GLib.MainLoop()
        self.pipeline = Gst.parse_launch(PIPELINE)
        self.rtc = self.pipeline.get_by_name("w")
        self.rtc.connect("on-negotiation-needed", self.negotiate)
        self.rtc.connect("notify::ice-gathering-state", self.gathered)
        self.rtc.connect("notify::connection-state", self.connected)
        self.bus = self.pipeline.get_bus()
        self.bus.add_signal_watch()
        self.bus.connect("message::error", lambda _, m: self.fail(m.parse_error()[0].message))

    def fail(self, why):
        say(error=str(why))
        self.loop.quit()

    def negotiate(self, _):
        self.rtc.emit("create-offer", None, Gst.Promise.new_with_change_func(self.offered))

    def offered(self, promise):
        reply = promise.get_reply()  # owns the offer
        offer = reply.get_value("offer")
        self.rtc.emit("set-local-description", offer, Gst.Promise.new())

    def gathered(self, *_):
        if self.rtc.get_property("ice-gathering-state") == GstWebRTC.WebRTCICEGatheringState.COMPLETE:
            threading.Thread(target=self.exchange).start()

    def exchange(self):
        offer = self.rtc.get_property("local-description").sdp.as_text()
        status, headers, body = http("POST", self.address, self.grant, offer, **{"Content-Type": "application/sdp"})
        say(post=status, headers=headers, offer=offer, answer=body)
        if status != 201:
            return self.fail(f"the server answered {status}")
        self.session = urllib.parse.urljoin(self.address, headers["Location"])
        _, sdp = GstSdp.SDPMessage.new_from_text(body)
        answer = GstWebRTC.WebRTCSessionDescription.new(GstWebRTC.WebRTCSDPType.ANSWER, sdp)
        self.rtc.emit("set-remote-description", answer, Gst.Promise.new())

    def connected(self, *_):
        say(state=self.rtc.get_property("connection-state").value_nick)

    def watch_input(self):
        sys.stdin.read()
        if self.session:
            status, _, _ = http("DELETE", self.session, self.grant)
            again, _, body = http("DELETE", self.session, self.grant)
            say(delete=status, again=again, problem=body)
        self.loop.quit()

    def run(self):
        self.pipeline.set_state(Gst.State.PLAYING)
        threading.Thread(target=self.watch_input, daemon=True).start()
        self.loop.run()
        self.pipeline.set_state(Gst.State.NULL)


Gst.init(None)
Publisher(sys.argv[1], sys.argv[2]).run()
