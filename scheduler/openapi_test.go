package scheduler

import (
	"flag"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

//go:generate go test -run TestOpenAPIDocumentIsCurrent -args -update

var update = flag.Bool("update", false, "write openapi.json anew")

// The pages' client is generated from the committed document, so it has to be what the server really serves.
func TestOpenAPIDocumentIsCurrent(t *testing.T) {
	want, err := OpenAPI()
	require.NoError(t, err)
	if *update {
		require.NoError(t, os.WriteFile("openapi.json", want, 0o644))
	}
	have, err := os.ReadFile("openapi.json")
	require.NoError(t, err)
	require.Equal(t, string(want), string(have), "openapi.json is not what the code says; run: go generate ./scheduler")
}
