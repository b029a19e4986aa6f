// Package seal signs tables that leave the house, such as the ledger of held lessons: the seal stands in the last row of the table, and tells
// whoever receives the file that its figures are as they were issued. It is over the text of the cells, not over the bytes of the file: a
// workbook that was opened and saved still bears it, one in which a figure was changed does not. Pure.
package seal

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"slices"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/tongtang/tongtang/internal/grant"
	"github.com/tongtang/tongtang/scheduler/sheet"
)

// Mark begins the row of the seal.
const Mark = "签章 Seal"

// Why a file does not verify.
var (
	ErrNone    = errors.New("the file has no seal")
	ErrChanged = errors.New("the file is not as it was sealed")
)

// About is what a seal says of a table beside its cells.
type About struct {
	Title string
	By    string // name of who issued it
	At    time.Time
}

// Excel writes the pages as a workbook; the seal is the last row of the last one.
func Excel(s *grant.Signer, about About, pages []sheet.Page) ([]byte, error) {
	return sealed(s, about, pages, sheet.Excel)
}

// CSV writes a table as text; the seal is its last row.
func CSV(s *grant.Signer, about About, rows [][]any) ([]byte, error) {
	return sealed(s, about, []sheet.Page{{Rows: rows}}, func(p []sheet.Page) ([]byte, error) { return sheet.CSV(p[0].Rows) })
}

// sealed writes the table, reads it as the receiver will, and writes it again with the seal of what was read.
func sealed(s *grant.Signer, about About, pages []sheet.Page, write func([]sheet.Page) ([]byte, error)) ([]byte, error) {
	plain, err := write(pages)
	if err != nil {
		return nil, err
	}
	sheets, err := sheet.Read(plain)
	if err != nil {
		return nil, err
	}
	token, err := s.SignDocument(grant.Document{Digest: digest(sheets), Title: about.Title,
		RegisteredClaims: jwt.RegisteredClaims{Subject: about.By, IssuedAt: jwt.NewNumericDate(about.At)}})
	if err != nil {
		return nil, err
	}
	pages = slices.Clone(pages)
	last := &pages[len(pages)-1]
	last.Rows = append(slices.Clip(last.Rows), []any{Mark, token})
	return write(pages)
}

// Verify tells what the seal of a file says; ErrNone, ErrChanged, a *sheet.Error, or grant.ErrInvalid where another server sealed it.
func Verify(v *grant.Verifier, data []byte) (About, error) {
	sheets, err := sheet.Read(data)
	if err != nil {
		return About{}, err
	}
	token := take(sheets)
	if token == "" {
		return About{}, ErrNone
	}
	d, err := v.VerifyDocument(token)
	if err != nil {
		return About{}, err
	}
	if d.Digest != digest(sheets) {
		return About{}, ErrChanged
	}
	return About{Title: d.Title, By: d.Subject, At: d.IssuedAt.UTC()}, nil
}

// take removes the seal from the last sheet and returns its token.
func take(sheets []sheet.Sheet) string {
	last := &sheets[len(sheets)-1]
	end := len(last.Rows) - 1
	if end < 0 || last.Cell(end, 0) != Mark {
		return ""
	}
	token := last.Cell(end, 1)
	last.Rows = last.Rows[:end]
	for end--; end >= 0 && len(last.Rows[end]) == 0; end-- {
		last.Rows = last.Rows[:end]
	}
	return token
}

// digest is the SHA-256, in base64url, of the names of the sheets and the text of their cells, each with its length before it.
func digest(sheets []sheet.Sheet) string {
	h := sha256.New()
	number := func(n int) { _ = binary.Write(h, binary.BigEndian, uint32(n)) }
	text := func(s string) { number(len(s)); h.Write([]byte(s)) }
	number(len(sheets))
	for _, s := range sheets {
		text(s.Name)
		number(len(s.Rows))
		for _, row := range s.Rows {
			number(len(row))
			for _, cell := range row {
				text(cell)
			}
		}
	}
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil))
}
