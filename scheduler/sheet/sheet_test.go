package sheet

import (
	"archive/zip"
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"pgregory.net/rapid"
)

func TestExcelIsReadAsPeopleSeeIt(t *testing.T) {
	f := excelize.NewFile()
	defer f.Close()
	for cell, v := range map[string]any{"A1": "三年级1班课程表", "A2": "节次", "B2": " 周一\u3000", "A3": "第１节", "B3": "数学\r\n张老师", "A4": 2, "B4": 0.5, "D5": ""} {
		require.NoError(t, f.SetCellValue("Sheet1", cell, v))
	}
	require.NoError(t, f.MergeCell("Sheet1", "A1", "C1"))
	require.NoError(t, f.MergeCell("Sheet1", "B3", "C4"))
	require.NoError(t, f.SetCellFormula("Sheet1", "C2", "=1+1"))
	_, err := f.NewSheet("hidden")
	require.NoError(t, err)
	require.NoError(t, f.SetCellValue("hidden", "A1", "x"))
	require.NoError(t, f.SetSheetVisible("hidden", false))
	var out bytes.Buffer
	require.NoError(t, f.Write(&out))

	sheets, err := Read(out.Bytes())
	require.NoError(t, err)
	require.Equal(t, []Sheet{{Name: "Sheet1", Rows: [][]string{
		{"三年级1班课程表", "三年级1班课程表", "三年级1班课程表"},
		{"节次", "周一"}, // a formula that nobody has computed is empty
		{"第１节", "数学\n张老师", "数学\n张老师"},
		{"2", "数学\n张老师", "数学\n张老师"},
	}}}, sheets)
}

func TestCSVInTheEncodingsThatExcelWrites(t *testing.T) {
	text := "班级,节次\r\n三(1)班,\"第1节\n上午\"\r\n\r\n,\r\n"
	gb, err := simplifiedchinese.GB18030.NewEncoder().Bytes([]byte(text))
	require.NoError(t, err)
	utf16, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().Bytes([]byte(strings.ReplaceAll(text, ",", "\t")))
	require.NoError(t, err)
	for name, data := range map[string][]byte{"UTF-8": []byte(text), "with a mark": []byte("\ufeff" + text), "GB 18030": gb, "UTF-16 and tabs": utf16} {
		sheets, err := Read(data)
		require.NoError(t, err, name)
		require.Equal(t, []Sheet{{Rows: [][]string{{"班级", "节次"}, {"三(1)班", "第1节\n上午"}}}}, sheets, name)
	}
}

func code(err error) string {
	if e, ok := err.(*Error); ok {
		return e.Code
	}
	return fmt.Sprint(err)
}

func pack(parts map[string]string) []byte {
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for name, text := range parts {
		w, _ := z.Create(name)
		_, _ = w.Write([]byte(text))
	}
	_ = z.Close()
	return out.Bytes()
}

// book is a workbook of one sheet, written by hand.
func book(worksheet string) []byte {
	const head, ns = `<?xml version="1.0" encoding="UTF-8"?>`, `xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"`
	return pack(map[string]string{
		"[Content_Types].xml":        head + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>`,
		"_rels/.rels":                head + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
		"xl/workbook.xml":            head + `<workbook ` + ns + ` xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="s" sheetId="1" r:id="rId1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": head + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
		"xl/worksheets/sheet1.xml":   head + worksheet,
	})
}

func TestHostileFilesAreRefused(t *testing.T) {
	const ns = `xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"`
	ok, err := Read(book(`<worksheet ` + ns + `><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>x</t></is></c></row></sheetData></worksheet>`))
	require.NoError(t, err)
	require.Equal(t, [][]string{{"x"}}, ok[0].Rows)

	far := `<worksheet ` + ns + `><sheetData><row r="1048576"><c r="A1048576"><v>1</v></c></row></sheetData></worksheet>`
	wide := `<worksheet ` + ns + `><sheetData><row r="1"><c r="XFD1"><v>1</v></c></row></sheetData></worksheet>`
	entity := `<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY f SYSTEM "file:///etc/hostname">]><worksheet ` + ns +
		`><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&b;&f;</t></is></c></row></sheetData></worksheet>`
	merged := `<worksheet ` + ns + `><sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells></worksheet>`
	for name, c := range map[string]struct {
		data []byte
		code string
	}{
		"too many bytes":         {make([]byte, MaxFile+1), "file-too-large"},
		"old Excel":              {[]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "file-old-excel"},
		"no workbook":            {[]byte("PK\x03\x04 and nothing"), "file-unreadable"},
		"a picture":              {[]byte("\x89PNG\r\n\x1a\n\x00\x00\x00"), "file-unreadable"},
		"a ZIP bomb":             {book(strings.Repeat(" ", maxUnpacked+1)), "file-too-large"},
		"a bomb of tags":         {book(`<worksheet ` + ns + `><sheetData>` + strings.Repeat("<row/>", maxTags+1)), "file-too-large"},
		"many parts":             {pack(parts(maxParts + 1)), "file-too-large"},
		"a row far below":        {book(far), "file-too-large"},
		"a column far right":     {book(wide), "file-too-large"},
		"a broken sheet":         {book(`<worksheet><sheetData><row r="1"><c r="A1"`), "file-unreadable"},
		"nothing":                {nil, "file-empty"},
		"empty rows":             {[]byte("\n,,\n"), "file-empty"},
		"a CSV of many columns":  {[]byte(strings.Repeat("a,", maxCols+1)), "file-too-large"},
		"a CSV of many rows":     {[]byte(strings.Repeat("a\n", maxRows+1)), "file-too-large"},
		"a CSV with a long cell": {[]byte(strings.Repeat("a", maxText+1)), "file-too-large"},
	} {
		_, err := Read(c.data)
		require.Equal(t, c.code, code(err), "%s: %v", name, err)
	}
	got, err := Read(book(merged))
	require.NoError(t, err)
	require.Len(t, got[0].Rows, 1, "what is merged is filled to the right, no further than a table goes")
	require.Len(t, got[0].Rows[0], maxCols)
	if got, err = Read(book(entity)); err == nil {
		require.NotContains(t, fmt.Sprint(got), "aaaa", "entities are not expanded")
	}
}

func parts(n int) map[string]string {
	m := map[string]string{}
	for i := range n {
		m[fmt.Sprint(i)] = ""
	}
	return m
}

// What is written is read back.
func TestTablesComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringMatching(`[a-z中一二第节(（=+\-,;"' ]{0,8}x`)
		table := rapid.SliceOfN(rapid.SliceOfN(word, 1, 5), 1, 8).Draw(t, "table")
		rows := make([][]any, len(table))
		want := make([][]string, len(table))
		for i, row := range table {
			for _, text := range row {
				rows[i] = append(rows[i], text)
				want[i] = append(want[i], cleaned(text))
			}
		}
		data, err := Excel([]Page{{Name: "表", Rows: rows, Header: 1}})
		require.NoError(t, err)
		got, err := Read(data)
		require.NoError(t, err)
		require.Equal(t, want, got[0].Rows)
	})
}

func FuzzRead(f *testing.F) {
	good, err := Excel([]Page{{Name: "a", Rows: [][]any{{"周一", 1, 0.5}}, Title: 1}})
	require.NoError(f, err)
	f.Add(good)
	f.Add(book(`<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>7</v></c></row></sheetData><mergeCells><mergeCell ref="B9:A1"/></mergeCells></worksheet>`))
	f.Add([]byte("a,b\n\"c"))
	f.Add([]byte{0xff, 0xfe, 'a', 0, 0xd8})
	f.Fuzz(func(t *testing.T, data []byte) { bounded(t, data) })
}

// FuzzWorksheet changes what stands in a workbook's sheet: behind the ZIP, where changed bytes hardly ever come through.
func FuzzWorksheet(f *testing.F) {
	const ns = `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>`
	f.Add(ns + `<row r="1"><c r="A1" t="s"><v>7</v></c><c r="C1" t="b"><v>1</v></c></row></sheetData><mergeCells><mergeCell ref="B9:A1"/></mergeCells></worksheet>`)
	f.Add(ns + `<row r="2"><c r="A2" t="inlineStr"><is><t>周一</t><r><t>x</t></r></is></c><c r="B2" t="d"><v>2026-11-23</v></c></row></sheetData></worksheet>`)
	f.Add(ns + `<row r="3" hidden="1"><c r="ZZ3" s="4"><f>1/0</f><v>1e99</v></c></row></sheetData><mergeCells><mergeCell ref="A1:C3"/></mergeCells></worksheet>`)
	f.Fuzz(func(t *testing.T, worksheet string) { bounded(t, book(worksheet)) })
}

// bounded reads a file: it is refused with a code, or it is a table that is not too large.
func bounded(t *testing.T, data []byte) {
	sheets, err := Read(data)
	if err != nil {
		if _, ok := err.(*Error); !ok {
			t.Fatalf("an error without a code: %v", err)
		}
		return
	}
	for _, s := range sheets {
		if len(s.Rows) == 0 || s.Cols() > maxCols {
			t.Fatalf("%d rows, %d columns", len(s.Rows), s.Cols())
		}
	}
}
