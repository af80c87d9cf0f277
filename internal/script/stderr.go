package script

import (
	"bytes"
	"strings"
	"sync"
)

// maxStderr is how many bytes of a worker's standard error are kept. The beginning says why a Go program
// crashed.
const maxStderr = 4 << 10

// stderrBuffer keeps the beginning of a worker's standard error.
type stderrBuffer struct {
	mu  sync.Mutex // guards buf: os/exec writes from a goroutine of its own
	buf []byte
}

func (t *stderrBuffer) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.buf = append(t.buf, p[:min(len(p), maxStderr-len(t.buf))]...)
	return len(p), nil
}

// firstLine returns the first line written.
func (t *stderrBuffer) firstLine() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	line, _, _ := bytes.Cut(t.buf, []byte("\n"))
	return strings.TrimSpace(string(line))
}

func (t *stderrBuffer) contains(words string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return bytes.Contains(t.buf, []byte(words))
}
