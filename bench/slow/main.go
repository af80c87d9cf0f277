// Program slow is a server whose every commit takes 5 ms longer, as on a disk with slow fsyncs.
package main

import (
	"os"
	"time"

	"hookline.dev/hookline/bench/variant"
	"hookline.dev/hookline/internal/store/sqlite"
)

// delay is what one fsync takes longer.
const delay = 5 * time.Millisecond

func main() {
	os.Exit(variant.Main(os.Args[1:], func(p sqlite.Point) error {
		if p.Place == sqlite.BeforeCommit {
			time.Sleep(delay)
		}
		return nil
	}))
}
