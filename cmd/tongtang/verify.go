package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/tongtang/tongtang/internal/grant"
	"github.com/tongtang/tongtang/scheduler/seal"
)

// verifyCmd works on the data folder of the server that issued the file, or anywhere with that server's public key.
type verifyCmd struct {
	dataDir
	File string `arg:"" type:"existingfile" help:"A CSV file or workbook that the server issued."`
	Key  string `type:"existingfile" help:"Public key of the server (grant.key.pub); default: that of the data folder."`
}

func (v *verifyCmd) Run() error {
	data, err := os.ReadFile(v.File)
	if err != nil {
		return err
	}
	key, err := v.verifier()
	if err != nil {
		return err
	}
	about, err := seal.Verify(key, data)
	if errors.Is(err, grant.ErrInvalid) {
		return fmt.Errorf("%s: the seal is not of this server: %w", v.File, err)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", v.File, err)
	}
	fmt.Printf("%s is as it was issued: %q, by %s, %s\n", v.File, about.Title, about.By, about.At.Format("2006-01-02 15:04:05Z"))
	return nil
}

func (v *verifyCmd) verifier() (*grant.Verifier, error) {
	if v.Key != "" {
		return grant.LoadVerifier(v.Key)
	}
	s, err := grant.Load(v.grantKey())
	if err != nil {
		return nil, err
	}
	return s.Verifier(), nil
}
