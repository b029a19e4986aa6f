package seal

import (
	"bytes"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"github.com/tongtang/tongtang/internal/grant"
	"github.com/tongtang/tongtang/scheduler/sheet"
)

var about = About{Title: "开课台账", By: "王主任", At: time.Date(2026, 11, 23, 1, 30, 0, 0, time.UTC)}

func signer(t *testing.T) *grant.Signer {
	s, err := grant.LoadOrCreate(filepath.Join(t.TempDir(), "grant.key"))
	require.NoError(t, err)
	return s
}

var ledger = [][]any{{"学校", "应开", "实开", "开课率"}, {"青山小学", 40, 38, 0.95}, {"=1+1", 1, 0, nil}}

func TestASealedTableVerifies(t *testing.T) {
	s := signer(t)
	pages := []sheet.Page{{Name: "台账", Title: 1, Header: 1, Rows: append([][]any{{"开课台账"}}, ledger...)}, {Name: "2", Rows: ledger}}
	book, err := Excel(s, about, pages)
	require.NoError(t, err)
	text, err := CSV(s, about, ledger)
	require.NoError(t, err)
	for _, file := range [][]byte{book, text} {
		got, err := Verify(s.Verifier(), file)
		require.NoError(t, err)
		require.Equal(t, about, got)
		_, err = Verify(signer(t).Verifier(), file)
		require.ErrorIs(t, err, grant.ErrInvalid, "another server's key")
	}
	require.Contains(t, string(text), "'=1+1", "no formula comes out of a name")
	_, err = Verify(s.Verifier(), []byte("a,b\r\n"))
	require.ErrorIs(t, err, ErrNone)
}

func TestAWorkbookThatWasSavedAgainVerifiesAndAChangedOneDoesNot(t *testing.T) {
	s := signer(t)
	book, err := Excel(s, about, []sheet.Page{{Name: "台账", Rows: ledger}})
	require.NoError(t, err)
	again := func(change func(*excelize.File)) []byte {
		f, err := excelize.OpenReader(bytes.NewReader(book))
		require.NoError(t, err)
		defer f.Close()
		change(f)
		var out bytes.Buffer
		require.NoError(t, f.Write(&out))
		return out.Bytes()
	}
	_, err = Verify(s.Verifier(), again(func(f *excelize.File) { require.NoError(t, f.SetColWidth("台账", "A", "A", 30)) }))
	require.NoError(t, err)
	_, err = Verify(s.Verifier(), again(func(f *excelize.File) { require.NoError(t, f.SetCellValue("台账", "C2", 39)) }))
	require.ErrorIs(t, err, ErrChanged)
	_, err = Verify(s.Verifier(), again(func(f *excelize.File) { require.NoError(t, f.SetSheetName("台账", "2025")) }))
	require.ErrorIs(t, err, ErrChanged)
}

// Whatever the table, its seal verifies, and the seal of one table verifies no other.
func TestSealsOfAnyTable(t *testing.T) {
	s := signer(t)
	rapid.Check(t, func(t *rapid.T) {
		cell := rapid.OneOf(rapid.StringOf(rapid.SampledFrom([]rune("ab中, \"\n'=+;\t|"))).AsAny(), rapid.IntRange(-5, 500).AsAny(), rapid.Just[any](nil).AsAny())
		rows := rapid.SliceOfN(rapid.SliceOfN(cell, 1, 4), 1, 6).Draw(t, "rows")
		rows[0] = append([]any{"x"}, rows[0]...)
		file, err := CSV(s, about, rows)
		require.NoError(t, err)
		_, err = Verify(s.Verifier(), file)
		require.NoError(t, err, string(file))
		r := rapid.IntRange(0, len(rows)-1).Draw(t, "row")
		rows[r] = append(rows[r], "more")
		other, err := sheet.CSV(rows)
		require.NoError(t, err)
		seal := file[bytes.LastIndex(file, []byte(Mark)):]
		_, err = Verify(s.Verifier(), append(other, seal...))
		require.ErrorIs(t, err, ErrChanged)
	})
}
