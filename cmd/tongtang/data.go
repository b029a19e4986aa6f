package main

import (
	"path/filepath"

	"github.com/tongtang/tongtang/internal/grant"
)

// dataDir is where one machine keeps its facts, captures and keys, and whence the script commands read them.
type dataDir struct {
	Data     string `env:"TONGTANG_DATA" default:"data" type:"path" help:"Folder of everything that is kept."`
	Database string `env:"TONGTANG_DATABASE" help:"postgres://user:password@host/name; without it SQLite in the data folder."`
}

func (d dataDir) database() string {
	if d.Database != "" {
		return d.Database
	}
	return "sqlite://" + filepath.Join(d.Data, "tongtang.db")
}

func (d dataDir) grantKey() string { return filepath.Join(d.Data, "grant.key") }

// signer makes grants, and makes the key on the first start.
func (d dataDir) signer() (*grant.Signer, error) {
	s, err := grant.LoadOrCreate(d.grantKey())
	if err != nil {
		return nil, err
	}
	return s, s.WritePublic(d.grantKey() + ".pub")
}
