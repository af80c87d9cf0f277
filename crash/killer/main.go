// Program killer is a server that kills itself with SIGKILL at a chosen moment of its store. The environment
// variable KILL_AT contains a kill point and a count, for example "commit:17" for the moment before the 17th
// COMMIT.
package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"

	"hookline.dev/hookline/bench/variant"
	"hookline.dev/hookline/internal/store/sqlite"
	"hookline.dev/hookline/internal/store/sqlite/disk"
	"hookline.dev/hookline/internal/store/sqlite/writer"
)

func main() {
	if variant.IsWorker(os.Args[1:]) {
		os.Exit(variant.Main(os.Args[1:], nil))
	}
	point, text, _ := strings.Cut(os.Getenv("KILL_AT"), ":")
	count, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		fmt.Fprintln(os.Stderr, "KILL_AT:", err)
		os.Exit(1)
	}
	k := &killer{}
	k.left.Store(count)
	change, ok := k.killPoints()[point]
	if !ok {
		fmt.Fprintf(os.Stderr, "KILL_AT: unknown kill point %q\n", point)
		os.Exit(1)
	}
	os.Exit(variant.Main(os.Args[1:], change))
}

// killer counts down. The writer, syncs and checkpoints call it from different goroutines.
type killer struct{ left atomic.Int64 }

// reached kills the process when the count reaches zero.
func (k *killer) reached() {
	if k.left.Add(-1) == 0 {
		_ = syscall.Kill(syscall.Getpid(), syscall.SIGKILL) // cannot fail: it is this process
		select {}
	}
}

// killPoints lists the moments by name. After a COMMIT the transaction is in the log file but its callers have
// not been answered; the sync that they wait for comes later.
func (k *killer) killPoints() map[string]func(*sqlite.Options) {
	return map[string]func(*sqlite.Options){
		"statement": k.atStatementOrCommit(writer.AtStatement),
		"commit":    k.atStatementOrCommit(writer.BeforeCommit),
		"answer":    k.atStatementOrCommit(writer.AfterCommit),
		"write":     k.atDisk(disk.Write),
		"sync":      k.atDisk(disk.Sync),
	}
}

func (k *killer) atStatementOrCommit(place writer.Place) func(*sqlite.Options) {
	return func(o *sqlite.Options) {
		o.Failpoint = func(p writer.Point) error {
			if p.Place == place {
				k.reached()
			}
			return nil
		}
	}
}

func (k *killer) atDisk(kind disk.Kind) func(*sqlite.Options) {
	return func(o *sqlite.Options) {
		o.Disk = func(op disk.Operation) int32 {
			if op.Kind == kind {
				k.reached()
			}
			return 0 // continue
		}
	}
}
