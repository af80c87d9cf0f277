package value

import "fmt"

const (
	// DefaultDepth is the nesting depth that Parse allows by default (SPEC §10).
	DefaultDepth = 64
	// MaxDepth is the largest depth that Limits may ask for.
	MaxDepth = 1024
	// DefaultBytes bounds a text when the caller sets no limit. It is above the largest body that a preset allows
	// (GitHub's 25 MiB).
	DefaultBytes = 32 << 20
)

// Limits bound the text that Parse accepts. A zero or negative field means the default.
type Limits struct {
	Depth int // nesting of arrays and objects; larger values are cut to MaxDepth
	Bytes int // length of the text in bytes
}

func (l Limits) depth() int {
	if l.Depth <= 0 {
		return DefaultDepth
	}
	return min(l.Depth, MaxDepth)
}

func (l Limits) bytes() int {
	if l.Bytes <= 0 {
		return DefaultBytes
	}
	return l.Bytes
}

// SyntaxError says where and why a text is not valid JSON.
type SyntaxError struct {
	Offset int    // in bytes from the start of the text
	Reason string // a sentence without its full stop
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("not valid JSON at byte %d: %s", e.Offset, e.Reason)
}
