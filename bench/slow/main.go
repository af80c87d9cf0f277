// Program slow is a server on a slow disk: every sync takes 5 ms longer.
package main

import (
	"os"
	"time"

	"hookline.dev/hookline/bench/variant"
	"hookline.dev/hookline/internal/store/sqlite"
	"hookline.dev/hookline/internal/store/sqlite/disk"
)

// delay is how much longer one sync takes.
const delay = 5 * time.Millisecond

func main() {
	os.Exit(variant.Main(os.Args[1:], func(o *sqlite.Options) {
		o.Disk = func(op disk.Operation) int32 {
			if op.Kind == disk.Sync {
				time.Sleep(delay)
			}
			return 0 // continue
		}
	}))
}
