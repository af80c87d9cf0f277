package expr_test

import (
	"syscall"
	"testing"
	"time"
)

// workTime returns the processor time that this thread has used. Unlike the clock, it does not advance while other
// processes run.
func workTime(t testing.TB) time.Duration {
	const thisThread = 1 // RUSAGE_THREAD
	var u syscall.Rusage
	if err := syscall.Getrusage(thisThread, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
