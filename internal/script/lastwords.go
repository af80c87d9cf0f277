package script

import (
	"bytes"
	"strings"
	"sync"
)

// maxStderr is how much of what a worker writes to its standard error is kept. The beginning is what
// says why a Go program crashed.
const maxStderr = 4 << 10

// lastWords keeps the first words of a worker that dies.
type lastWords struct {
	mu  sync.Mutex
	buf []byte
}

func (t *lastWords) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.buf = append(t.buf, p[:min(len(p), maxStderr-len(t.buf))]...)
	return len(p), nil
}

// firstLine returns the first line that was written.
func (t *lastWords) firstLine() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	line, _, _ := bytes.Cut(t.buf, []byte("\n"))
	return strings.TrimSpace(string(line))
}

func (t *lastWords) mentions(words string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return bytes.Contains(t.buf, []byte(words))
}
