package sheet

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// readCSV reads comma, semicolon or tab separated text in UTF-8, UTF-16 with a byte order mark, or GB 18030, which is what Excel writes on
// Chinese Windows.
func readCSV(data []byte) ([]Sheet, error) {
	text, err := decode(data)
	if err != nil {
		return nil, fail("file-unreadable", "the text is in no known encoding: %v", err)
	}
	if bytes.IndexByte(text, 0) >= 0 {
		return nil, fail("file-unreadable", "this is neither a workbook nor text")
	}
	r := csv.NewReader(bytes.NewReader(text))
	r.Comma, r.FieldsPerRecord, r.LazyQuotes, r.ReuseRecord = separator(text), -1, true, true
	b := &budget{}
	var rows [][]string
	for {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fail("file-unreadable", "row %d cannot be read: %v", len(rows)+1, err)
		}
		for i, c := range cells { // the apostrophe that makes a text of what would be a formula
			if len(c) > 1 && c[0] == '\'' && strings.ContainsRune(formula, rune(c[1])) {
				cells[i] = c[1:]
			}
		}
		row, err := b.row(len(rows), cells)
		if err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
	if rows = trimmed(rows); len(rows) == 0 {
		return nil, nil
	}
	return []Sheet{{Rows: rows}}, nil
}

func decode(data []byte) ([]byte, error) {
	if bytes.HasPrefix(data, []byte{0xff, 0xfe}) || bytes.HasPrefix(data, []byte{0xfe, 0xff}) {
		out, _, err := transform.Bytes(unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder(), data)
		return out, err
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if utf8.Valid(data) {
		return data, nil
	}
	out, _, err := transform.Bytes(simplifiedchinese.GB18030.NewDecoder(), data)
	return out, err
}

// separator is the tab where there are more of them than commas, and the semicolon where there is neither, outside quotes, in the first lines.
func separator(text []byte) rune {
	count, quoted := map[byte]int{}, false
	for _, c := range text[:min(len(text), 8<<10)] {
		if c == '"' {
			quoted = !quoted
		} else if !quoted {
			count[c]++
		}
	}
	switch {
	case count['\t'] > count[',']:
		return '\t'
	case count[','] == 0 && count[';'] > 0:
		return ';'
	}
	return ','
}
