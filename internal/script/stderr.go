package script

import (
	"bytes"
	"strings"
	"sync"
)

// maxStderr is how much of what a worker writes to its standard error is kept. The beginning is what
// says why a Go program crashed.
const maxStderr = 4 << 10

// stderrBuffer keeps the first words of a worker that dies.
type stderrBuffer struct {
	mu  sync.Mutex
	buf []byte
}

func (t *stderrBuffer) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.buf = append(t.buf, p[:min(len(p), maxStderr-len(t.buf))]...)
	return len(p), nil
}

// firstLine returns the first line that was written.
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
