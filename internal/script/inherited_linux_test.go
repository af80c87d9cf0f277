package script

import (
	"io"
	"os"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"hookline.dev/hookline/internal/clock"
)

// TestAWorkerKeepsNoInheritedDescriptor gives a worker the end of a pipe, as a shell gives its open files to a server:
// the other end of the pipe sees that nobody has it open any more.
func TestAWorkerKeepsNoInheritedDescriptor(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	inherited, err := unix.Dup(int(w.Fd())) // without close-on-exec
	if err != nil {
		t.Fatal(err)
	}
	_ = w.Close()
	p := newPool(t, 1)
	if _, err := p.Do(t.Context(), Run{Source: "return 1"}); err != nil {
		t.Fatal(err)
	}
	_ = unix.Close(inherited)
	if err := r.SetReadDeadline(clock.System().Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if n, err := r.Read(make([]byte, 1)); err != io.EOF {
		t.Errorf("read %d bytes, %v: the worker still has the descriptor", n, err)
	}
}
