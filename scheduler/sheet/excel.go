package sheet

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"strings"

	"github.com/xuri/excelize/v2"
)

// Bounds of a workbook, which is a ZIP of XML: a small file can unpack to much, and a short tag becomes a large object.
const (
	maxParts    = 2_000    // files in the ZIP
	maxUnpacked = 32 << 20 // bytes of all of them
	maxTags     = 800_000  // in all of their XML
)

func readExcel(data []byte) (sheets []Sheet, err error) {
	// excelize reads what anybody sends; where it stumbles, the file is at fault.
	defer func() {
		if p := recover(); p != nil {
			sheets, err = nil, fail("file-unreadable", "the workbook is damaged: %v", p)
		}
	}()
	if err := weigh(data); err != nil {
		return nil, err
	}
	f, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{UnzipSizeLimit: maxUnpacked, UnzipXMLSizeLimit: maxUnpacked})
	if err != nil {
		return nil, fail("file-unreadable", "this is not a workbook that can be read: %v", err)
	}
	defer f.Close()
	b := &budget{}
	for _, name := range f.GetSheetList() {
		if visible, err := f.GetSheetVisible(name); err != nil || !visible {
			continue
		}
		if len(sheets) == maxNames {
			return nil, fail("file-too-large", "the workbook has more than %d sheets", maxNames)
		}
		rows, err := readSheet(f, name, b)
		if err != nil {
			return nil, err
		}
		if len(rows) > 0 {
			sheets = append(sheets, Sheet{Name: cleaned(name), Rows: rows})
		}
	}
	return sheets, nil
}

// weigh unpacks the workbook into nothing, before anything is built of it.
func weigh(data []byte) error {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return fail("file-unreadable", "this is not a workbook: %v", err)
	}
	if len(z.File) > maxParts {
		return fail("file-too-large", "the workbook has more than %d parts", maxParts)
	}
	w := &scale{}
	for _, part := range z.File {
		if err := w.put(part); err != nil {
			return err
		}
	}
	return nil
}

// scale counts bytes and tags.
type scale struct{ bytes, tags int }

var errHeavy = errors.New("too much")

func (s *scale) Write(p []byte) (int, error) {
	s.bytes += len(p)
	s.tags += bytes.Count(p, []byte("<"))
	if s.bytes > maxUnpacked || s.tags > maxTags {
		return 0, errHeavy
	}
	return len(p), nil
}

func (s *scale) put(part *zip.File) error {
	r, err := part.Open()
	if err != nil {
		return fail("file-unreadable", "a part of the workbook cannot be unpacked: %v", err)
	}
	defer r.Close()
	if _, err = io.Copy(s, r); errors.Is(err, errHeavy) {
		return fail("file-too-large", "the workbook unpacks to more than %d bytes or %d tags", maxUnpacked, maxTags)
	}
	if err != nil {
		return fail("file-unreadable", "a part of the workbook cannot be unpacked: %v", err)
	}
	return nil
}

func readSheet(f *excelize.File, name string, b *budget) ([][]string, error) {
	it, err := f.Rows(name)
	if err != nil {
		return nil, nil //nolint:nilerr // a chart or a dialogue is no table
	}
	defer it.Close()
	var rows [][]string
	for it.Next() {
		cells, err := it.Columns()
		if err != nil {
			return nil, fail("file-unreadable", "row %d cannot be read: %v", len(rows)+1, err)
		}
		row, err := b.row(len(rows), cells)
		if err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
	if rows, err = fillMerged(f, name, rows, b); err != nil {
		return nil, err
	}
	return trimmed(rows), it.Error()
}

// fillMerged gives every cell of a merged range the text that people see in it.
func fillMerged(f *excelize.File, name string, rows [][]string, b *budget) ([][]string, error) {
	merged, err := f.GetMergeCells(name)
	if err != nil {
		return nil, fail("file-unreadable", "merged cells cannot be read: %v", err)
	}
	for _, m := range merged {
		c0, r0, err0 := excelize.CellNameToCoordinates(m.GetStartAxis())
		c1, r1, err1 := excelize.CellNameToCoordinates(m.GetEndAxis())
		if err0 != nil || err1 != nil || r0 > len(rows) || c0 > len(rows[r0-1]) {
			continue // nothing in it
		}
		text := rows[r0-1][c0-1]
		if strings.TrimSpace(text) == "" {
			continue
		}
		c1 = min(c1, maxCols)
		for r := r0; r <= min(r1, len(rows)); r++ { // below the last row of text nothing is filled
			for len(rows[r-1]) < c1 {
				rows[r-1] = append(rows[r-1], "")
			}
			if b.cells += c1 - c0 + 1; b.cells > maxCells {
				return nil, fail("file-too-large", "the file has more than %d cells", maxCells)
			}
			for c := c0; c <= c1; c++ {
				rows[r-1][c-1] = text
			}
		}
	}
	return rows, nil
}
