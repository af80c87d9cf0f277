// Program killer is a server that ends itself with SIGKILL at a chosen boundary of a transaction. The
// environment variable KILL_AT says which: a place and a count, for example "commit:17" for the
// moment before the 17th COMMIT.
package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"

	"hookline.dev/hookline/bench/variant"
	"hookline.dev/hookline/internal/store/sqlite"
)

// placeOf reads the name of a place.
func placeOf(name string) (sqlite.Place, error) {
	switch name {
	case "statement":
		return sqlite.AtStatement, nil
	case "commit":
		return sqlite.BeforeCommit, nil
	case "answer":
		return sqlite.AfterCommit, nil
	default:
		return 0, fmt.Errorf("no place is called %q: it is statement, commit or answer", name)
	}
}

func main() {
	name, count, _ := strings.Cut(os.Getenv("KILL_AT"), ":")
	place, err := placeOf(name)
	left, countErr := strconv.Atoi(count)
	if err != nil || countErr != nil {
		fmt.Fprintln(os.Stderr, "KILL_AT:", err, countErr)
		os.Exit(1)
	}
	// The seam is called in the writer's goroutine only, so counting needs no lock.
	os.Exit(variant.Main(os.Args[1:], func(p sqlite.Point) error {
		if p.Place != place {
			return nil
		}
		if left--; left == 0 {
			_ = syscall.Kill(syscall.Getpid(), syscall.SIGKILL) // cannot fail: it is our own process
			select {}
		}
		return nil
	}))
}
