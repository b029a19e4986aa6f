package signal

import (
	"encoding/json"

	"github.com/tongtang/tongtang/internal/httpd"
)

// Up is what a participant sends over the WebSocket. Ref comes back in the answer.
type Up struct {
	Ref  string          `json:"ref"`
	Type string          `json:"type"` // a CommandType, or "watch" (Data: Watch): tell me what this viewer session's panes show; or "report" (Data: Report)
	Data json.RawMessage `json:"data,omitempty"`
}

// Watch asks for Panes messages of one WHEP session.
type Watch struct {
	Session string `json:"session"`
}

// Report is what a page tells of its WHEP session since the report before. It becomes a row of the quality record, no event.
type Report struct {
	Session     string `json:"session"`
	Ms          int    `json:"ms"`          // that it tells of
	Freezes     int    `json:"freezes"`     // how often the lecturer's picture stood still
	FrozenMs    int    `json:"frozenMs"`    // how long; a freeze counts when it is over, with all its time
	Decoded     int    `json:"decoded"`     // pictures of the lecturer's pane
	Dropped     int    `json:"dropped"`     // of them not shown
	ConcealedMs int    `json:"concealedMs"` // voice that was made up
	BufferMs    int    `json:"bufferMs"`    // mean time in the jitter buffer
}

// Down is what the server sends over the WebSocket. Type tells which field is filled.
type Down struct {
	Type     string         `json:"type"`            // state | event | accepted | refused | panes | speaking
	State    *State         `json:"state,omitempty"` // first message, unless ?after=SEQ could be served from the log
	Event    *Event         `json:"event,omitempty"`
	Ref      string         `json:"ref,omitempty"`     // of accepted and refused
	Seq      uint64         `json:"seq,omitempty"`     // of accepted: the event it became
	Problem  *httpd.Problem `json:"problem,omitempty"` // of refused
	Panes    *Panes         `json:"panes,omitempty"`
	Speaking *Speaking      `json:"speaking,omitempty"`
	School   *School        `json:"school,omitempty"`
}

// Speaking says who speaks now and is heard: ids of sources. It is no part of the log.
type Speaking struct {
	Sources []string `json:"sources"`
}

// Panes says what each m-line of one viewer session shows now. It is the server's choice, not part of the log.
type Panes struct {
	Session string `json:"session"`
	Video   []Pane `json:"video"` // in the order of the offer's video m-lines
	Audio   []Pane `json:"audio"`
}

// Pane is one m-line of a viewer.
type Pane struct {
	Mid    string `json:"mid"`
	Source string `json:"source"` // "" shows nothing
	Layer  string `json:"layer,omitempty"`
	Reason string `json:"reason,omitempty"` // why source is not shown
}

// Reasons of a pane.
const (
	CodecReason     = "codec"     // the viewer did not negotiate the codec of the source's picture
	PausedReason    = "paused"    // the viewer does not show it
	BandwidthReason = "bandwidth" // its line, or its school's contract, has no room for it
)

// Pause says which panes of a viewer session are not shown: nothing is sent on them. All the others are.
type Pause struct {
	Session string   `json:"session"`
	Mids    []string `json:"mids"` // of video
}

// School says how a school's contract suffices. It is no part of the log: a connection hears of what is short now, then of every change.
type School struct {
	ID   string `json:"id"`
	Name string `json:"name,omitempty"`
	Down Short  `json:"down,omitempty"` // what its viewers go without
	Up   Short  `json:"up,omitempty"`   // what its sources go without
}

// Short is what a contract has no room for.
type Short string

const (
	ShortTiles    Short = "tiles"    // small pictures are left out
	ShortPictures Short = "pictures" // others are smaller, or left out
)
