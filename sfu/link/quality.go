// Package link is what the SFU tells the rest of the house beside the lesson log: how the lines of a lesson were.
package link

// Quality is a message on bus.QualitySubject of its lesson: rows of the quality record. The same row may come twice; session, layer and At name it.
type Quality struct {
	Lesson  string          `json:"lesson"`
	Viewers []ViewerQuality `json:"viewers,omitempty"`
	Sources []SourceQuality `json:"sources,omitempty"`
}

// Line says whose line a row tells of: identifiers, no names and no addresses.
type Line struct {
	Session     string `json:"session"` // of WHIP or WHEP
	Participant string `json:"participant"`
	Role        string `json:"role"`
	School      string `json:"school,omitempty"`
	Room        string `json:"room,omitempty"`
	Source      string `json:"source,omitempty"` // what a publisher publishes, what a viewer of one source watches
}

// Span is the time that a row tells of. Rows begin at whole intervals of the wall clock (10 s); the first and the last of a session are shorter.
type Span struct {
	At int64 `json:"at"` // ms since 1970
	Ms int   `json:"ms"`
}

// ViewerQuality is one row of a viewer.
type ViewerQuality struct {
	Line
	Span
	Packets  int    `json:"packets"` // of media, sent for the first time
	Bytes    int    `json:"bytes"`
	Repairs  int    `json:"repairs"`  // packets sent again
	Dropped  int    `json:"dropped"`  // packets that did not get out of the server
	Expected int    `json:"expected"` // packets that the viewer's reports speak of
	Lost     int    `json:"lost"`     // of these, before repair
	RTT      int    `json:"rttUs"`    // mean, µs; 0 unknown
	Jitter   int    `json:"jitterUs"` // mean over the streams, µs; 0 unknown
	Estimate int64  `json:"estimate"` // bit/s that the line is thought to carry; 0 unknown
	Shown    string `json:"shown"`    // source on the lecturer's pane; "" none
	Layer    string `json:"layer"`    // of it
	Direct   bool   `json:"direct"`   // past pion
	Page     *Page  `json:"page,omitempty"`
}

// Page is what the viewer's page told of the lecturer's pane and of the voices.
type Page struct {
	Ms          int `json:"ms"`          // that it tells of
	Freezes     int `json:"freezes"`     // how often the picture stood still
	FrozenMs    int `json:"frozenMs"`    // how long
	Decoded     int `json:"decoded"`     // pictures
	Dropped     int `json:"dropped"`     // pictures that were decoded and not shown
	ConcealedMs int `json:"concealedMs"` // voice that was made up
	BufferMs    int `json:"bufferMs"`    // mean time in the jitter buffer
}

// SourceQuality is one row of a layer of a source, or of its voice.
type SourceQuality struct {
	Line
	Span
	Layer    string `json:"layer"`   // RID, "" without simulcast; LayerOfVoice
	Packets  int    `json:"packets"` // different ones
	Bytes    int    `json:"bytes"`
	Expected int    `json:"expected"`
	Lost     int    `json:"lost"`     // after repair
	RTT      int    `json:"rttUs"`    // mean, µs; 0 unknown
	Jitter   int    `json:"jitterUs"` // RFC 3550 §6.4.1, µs
}

// LayerOfVoice is the Layer of a source's voice. No RID begins like this.
const LayerOfVoice = ".voice"
