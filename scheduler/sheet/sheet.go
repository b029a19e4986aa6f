// Package sheet reads the tables that people send, Excel and CSV, into rows of text, and writes such tables. Whatever comes in is bounded,
// merged cells are filled, formulas are not computed: what counts is the text that the sender saw.
package sheet

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Bounds of what is read.
const (
	MaxFile  = 4 << 20 // bytes
	maxRows  = 20_000  // of a sheet
	maxCols  = 300     // of a sheet
	maxCells = 400_000 // of a file, filled ones
	maxText  = 2_000   // characters of a cell
	maxNames = 60      // sheets of a workbook
)

// Sheet is a table of text. Rows may differ in length; cells beyond a row's end are empty.
type Sheet struct {
	Name string // "" of a CSV file
	Rows [][]string
}

// Cell is the text at a row and column, counted from 0, and empty outside the table.
func (s *Sheet) Cell(row, col int) string {
	if row < 0 || row >= len(s.Rows) || col < 0 || col >= len(s.Rows[row]) {
		return ""
	}
	return s.Rows[row][col]
}

// Cols is the length of the longest row.
func (s *Sheet) Cols() int {
	n := 0
	for _, r := range s.Rows {
		n = max(n, len(r))
	}
	return n
}

// Error is why a file cannot be read.
type Error struct {
	Code   string // file-too-large, file-old-excel, file-unreadable, file-empty
	Detail string
}

func (e *Error) Error() string { return e.Detail }

func fail(code, format string, args ...any) error {
	return &Error{code, fmt.Sprintf(format, args...)}
}

// Read reads an Excel workbook (.xlsx) or a CSV file, known by its content. Every sheet that is not hidden is read; empty ones are left out.
func Read(data []byte) ([]Sheet, error) {
	if len(data) > MaxFile {
		return nil, fail("file-too-large", "the file has %d bytes; at most %d are read", len(data), MaxFile)
	}
	var sheets []Sheet
	var err error
	switch {
	case bytes.HasPrefix(data, []byte("\xd0\xcf\x11\xe0")):
		return nil, fail("file-old-excel", "this is an old .xls workbook, or one with a password: save it as .xlsx")
	case bytes.HasPrefix(data, []byte("PK\x03\x04")):
		sheets, err = readExcel(data)
	default:
		sheets, err = readCSV(data)
	}
	if err == nil && len(sheets) == 0 {
		err = fail("file-empty", "there is nothing in the file")
	}
	return sheets, err
}

// budget counts what has been read of a file.
type budget struct{ cells int }

// row cleans one row and takes it off the budget. The cells at its end that are empty are left out.
func (b *budget) row(no int, cells []string) ([]string, error) {
	for len(cells) > 0 && strings.TrimSpace(cells[len(cells)-1]) == "" {
		cells = cells[:len(cells)-1]
	}
	if no >= maxRows || len(cells) > maxCols {
		return nil, fail("file-too-large", "a sheet has more than %d rows or %d columns", maxRows, maxCols)
	}
	if b.cells += len(cells); b.cells > maxCells {
		return nil, fail("file-too-large", "the file has more than %d cells", maxCells)
	}
	clean := make([]string, len(cells))
	for i, c := range cells {
		if clean[i] = cleaned(c); utf8.RuneCountInString(clean[i]) > maxText {
			return nil, fail("file-too-large", "a cell of row %d has more than %d characters", no+1, maxText)
		}
	}
	return clean, nil
}

// cleaned is the text without control characters, white space around it, and what is not UTF-8. Line breaks within it stay.
func cleaned(text string) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case r == '\t' || r == '\u00a0' || r == '\u3000':
			return ' '
		case r < ' ' || r == 0x7f || r == utf8.RuneError || r == '\ufeff' || r == '\u200b':
			return -1
		}
		return r
	}, strings.ReplaceAll(text, "\r\n", "\n"))
	return strings.TrimSpace(text)
}

// trimmed is the table without the empty rows at its end.
func trimmed(rows [][]string) [][]string {
	for len(rows) > 0 && len(rows[len(rows)-1]) == 0 {
		rows = rows[:len(rows)-1]
	}
	return rows
}
