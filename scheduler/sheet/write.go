package sheet

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
)

// Page is a sheet to be written. Cells are strings, ints or float64s; nil is empty.
type Page struct {
	Name   string // at most 31 characters, without : \ / ? * [ ]
	Rows   [][]any
	Title  int    // rows at the top that are a title over the whole width
	Header int    // rows below them that are the table's head; they stay in sight
	Merged []Area // beside the titles
	Widths []float64
	Grid   bool // lines around every cell, text wrapped and in the middle, A4 landscape: to be printed
}

// Area is a range of cells, counted from 0, ends included.
type Area struct{ Row, Col, ToRow, ToCol int }

// Excel writes a workbook. Text is text: a cell that begins with "=" is no formula.
func Excel(pages []Page) ([]byte, error) {
	f := excelize.NewFile()
	defer f.Close()
	names := map[string]bool{}
	for i := range pages {
		p := pages[i]
		p.Name = sheetName(p.Name, i, names)
		if err := writePage(f, &p, i); err != nil {
			return nil, fmt.Errorf("write sheet %q: %w", p.Name, err)
		}
	}
	var out bytes.Buffer
	err := f.Write(&out)
	return out.Bytes(), err
}

// sheetName is a name that Excel takes and that no sheet before has.
func sheetName(name string, i int, taken map[string]bool) string {
	name = strings.Trim(strings.Map(func(r rune) rune {
		if strings.ContainsRune(`:\/?*[]`, r) || r < ' ' {
			return ' '
		}
		return r
	}, name), " '")
	for utf8.RuneCountInString(name) > 28 {
		_, size := utf8.DecodeLastRuneInString(name)
		name = name[:len(name)-size]
	}
	if name == "" {
		name = fmt.Sprintf("Sheet%d", i+1)
	}
	for base, n := name, 2; taken[strings.ToLower(name)]; n++ {
		name = fmt.Sprintf("%s %d", base, n)
	}
	taken[strings.ToLower(name)] = true
	return name
}

func writePage(f *excelize.File, p *Page, i int) error {
	if i == 0 {
		if err := f.SetSheetName(f.GetSheetName(0), p.Name); err != nil {
			return err
		}
	} else if _, err := f.NewSheet(p.Name); err != nil {
		return err
	}
	for r, row := range p.Rows {
		for c, v := range row {
			if v == nil {
				continue
			}
			if err := f.SetCellValue(p.Name, at(r, c), v); err != nil {
				return err
			}
		}
	}
	return dress(f, p)
}

func at(row, col int) string {
	name, err := excelize.CoordinatesToCellName(col+1, row+1)
	if err != nil {
		panic(err) // a table of ours
	}
	return name
}

// CSV writes a table in UTF-8 with a byte order mark, which Excel needs. A text that Excel would take for a formula gets an apostrophe.
func CSV(rows [][]any) ([]byte, error) {
	out := bytes.NewBufferString("\ufeff")
	w := csv.NewWriter(out)
	w.UseCRLF = true
	for _, row := range rows {
		cells := make([]string, len(row))
		for i, v := range row {
			switch v := v.(type) {
			case nil:
			case string:
				cells[i] = harmless(v)
			default:
				cells[i] = fmt.Sprint(v)
			}
		}
		if err := w.Write(cells); err != nil {
			return nil, err
		}
	}
	w.Flush()
	return out.Bytes(), w.Error()
}

// formula is what a text begins with that Excel takes for a formula.
const formula = "=+-@\r"

// harmless is a text that no reader takes for a formula, and that has no tab, which might be taken for the separator.
func harmless(text string) string {
	text = strings.ReplaceAll(text, "\t", " ")
	if text != "" && strings.ContainsRune(formula, rune(text[0])) {
		return "'" + text
	}
	return text
}
