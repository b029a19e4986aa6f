// Package faststart makes an MP4 file ready for the web: its index goes to the front, so that a player can begin and seek at once, and its
// chapters are written into it. The sample data is copied as it is.
package faststart

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"os"

	"github.com/Eyevinn/mp4ff/mp4"
)

// Chapter begins at Start (seconds).
type Chapter struct {
	Start float64
	Title string
}

// place is where a top-level box stands in the file.
type place struct {
	name       string
	start, len int64
}

const maxMoov = 512 << 20 // bytes; six hours have about 20 MB

// Rewrite reads the plain MP4 file from, and writes to. The file must have one moov box, anywhere.
func Rewrite(from, to string, chapters []Chapter) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	err = rewrite(in, out, chapters)
	if err == nil {
		err = out.Sync()
	}
	if err = errors.Join(err, out.Close()); err != nil {
		return fmt.Errorf("put the index of %s to the front: %w", from, err)
	}
	return nil
}

func rewrite(in *os.File, out io.Writer, chapters []Chapter) error {
	boxes, err := survey(in)
	if err != nil {
		return err
	}
	var moov *mp4.MoovBox
	var head, body []place
	for _, b := range boxes {
		switch b.name {
		case "moov":
			if moov, err = readMoov(in, b); err != nil {
				return err
			}
		case "ftyp":
			head = append(head, b)
		case "mdat":
			body = append(body, b)
		}
	}
	if moov == nil || len(head) != 1 || len(body) != 1 {
		return errors.New("the file is not ftyp, mdat and moov")
	}
	addChapters(moov, chapters)
	// Where the data will stand does not depend on the offsets' values: they have a fixed size.
	shift := head[0].len + int64(moov.Size()) - body[0].start
	if err := move(moov, shift); err != nil {
		return err
	}
	w := bufio.NewWriterSize(out, 1<<20)
	if err := copyBox(w, in, head[0]); err != nil {
		return err
	}
	if err := moov.Encode(w); err != nil {
		return err
	}
	if err := copyBox(w, in, body[0]); err != nil {
		return err
	}
	return w.Flush()
}

// survey lists the top-level boxes (ISO/IEC 14496-12 §4.2).
func survey(in *os.File) ([]place, error) {
	info, err := in.Stat()
	if err != nil {
		return nil, err
	}
	var all []place
	for at := int64(0); at < info.Size(); {
		head := make([]byte, 16)
		if n, err := in.ReadAt(head, at); err != nil && n < 8 {
			return nil, fmt.Errorf("the file ends in a box's header: %w", err)
		}
		size := int64(binary.BigEndian.Uint32(head))
		if size == 1 {
			size = int64(binary.BigEndian.Uint64(head[8:]))
		}
		if size < 8 || size > info.Size()-at {
			return nil, fmt.Errorf("box %q at %d is cut off", head[4:8], at)
		}
		all = append(all, place{string(head[4:8]), at, size})
		at += size
	}
	return all, nil
}

func readMoov(in *os.File, b place) (*mp4.MoovBox, error) {
	if b.len > maxMoov {
		return nil, fmt.Errorf("the index has %d bytes", b.len)
	}
	raw := make([]byte, b.len)
	if _, err := in.ReadAt(raw, b.start); err != nil {
		return nil, err
	}
	box, err := mp4.DecodeBox(0, bytes.NewReader(raw))
	if err != nil {
		return nil, err
	}
	moov, ok := box.(*mp4.MoovBox)
	if !ok {
		return nil, errors.New("the index is not one")
	}
	return moov, nil
}

// move adds shift to every chunk's offset.
func move(moov *mp4.MoovBox, shift int64) error {
	for _, t := range moov.Traks {
		stbl := t.Mdia.Minf.Stbl
		if stbl.Co64 != nil {
			for i, o := range stbl.Co64.ChunkOffset {
				stbl.Co64.ChunkOffset[i] = uint64(int64(o) + shift)
			}
		}
		if stbl.Stco != nil {
			for i, o := range stbl.Stco.ChunkOffset {
				moved := int64(o) + shift
				if moved > math.MaxUint32 {
					return errors.New("the file is too large for its 32-bit offsets")
				}
				stbl.Stco.ChunkOffset[i] = uint32(moved)
			}
		}
	}
	return nil
}

func copyBox(w io.Writer, in *os.File, b place) error {
	_, err := io.Copy(w, io.NewSectionReader(in, b.start, b.len))
	return err
}

// addChapters puts a chapter list (chpl, of Adobe's F4V specification §2.15 and Nero's players) into moov/udta. It holds at most 255.
func addChapters(moov *mp4.MoovBox, chapters []Chapter) {
	if len(chapters) == 0 {
		return
	}
	chapters = chapters[:min(len(chapters), 255)]
	body := []byte{1, 0, 0, 0, 0, 0, 0, 0, byte(len(chapters))}
	for _, c := range chapters {
		title := cut(c.Title, 255)
		body = binary.BigEndian.AppendUint64(body, uint64(max(c.Start, 0)*1e7)) // units of 100 ns
		body = append(append(body, byte(len(title))), title...)
	}
	chpl := mp4.CreateUnknownBox("chpl", uint64(8+len(body)), body)
	for _, child := range moov.Children {
		if udta, ok := child.(*mp4.UdtaBox); ok {
			udta.AddChild(chpl)
			return
		}
	}
	udta := &mp4.UdtaBox{}
	udta.AddChild(chpl)
	moov.AddChild(udta)
}

// cut shortens a text to so many bytes without breaking a character.
func cut(s string, most int) string {
	if len(s) <= most {
		return s
	}
	end := 0
	for i := range s {
		if i > most {
			break
		}
		end = i
	}
	return s[:end]
}
