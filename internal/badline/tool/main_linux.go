// Command badline puts a bad line between two network namespaces of its own, for tests of whole programs. It needs root. Its first line of output
// is {"near": end, "far": end}, an end {"address": …, "namespace": file for nsenter --net=}. Then it reads lines of JSON, {"down": line, "up":
// line} (badline.Config; down is from near to far), makes the line so, and answers each with what the line before it carried: {"down": stats,
// "up": stats}. It ends with its input, and leaves nothing behind.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"

	"github.com/tongtang/tongtang/internal/badline"
)

type lines struct {
	Down badline.Config `json:"down"`
	Up   badline.Config `json:"up"`
}

type end struct {
	Address   string `json:"address"`
	Namespace string `json:"namespace"`
}

type counted struct {
	Down badline.Stats `json:"down"`
	Up   badline.Stats `json:"up"`
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "badline:", err)
		os.Exit(1)
	}
}

func run() error {
	ends, err := badline.NewEnds()
	if err != nil {
		return err
	}
	f := badline.NewForwarder(ends)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- f.Run(ctx) }()
	said := json.NewEncoder(os.Stdout)
	near, far := ends.Namespaces()
	err = said.Encode(map[string]end{"near": {badline.Near.String(), near}, "far": {badline.Far.String(), far}})
	for in := bufio.NewScanner(os.Stdin); err == nil && in.Scan(); {
		var wanted lines
		if err = json.Unmarshal(in.Bytes(), &wanted); err != nil {
			break
		}
		var before counted
		before.Down, before.Up = f.Stats()
		if err = f.Set(wanted.Down, wanted.Up); err == nil {
			err = said.Encode(before)
		}
	}
	cancel()
	if ended := <-done; err == nil {
		err = ended
	}
	return err
}
