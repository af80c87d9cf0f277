package cli

import (
	"bytes"
	"fmt"
	"io"
	"unicode/utf8"
)

// cleaned is a stream that cannot control a terminal: whatever text a command prints, its control characters become
// dots. Much of what is printed came from senders. raw gives the stream below, for output that is exact, or has
// colours, and is known to be safe.
type cleaned struct{ out io.Writer }

// Write writes p without control characters.
func (c cleaned) Write(p []byte) (int, error) {
	if _, err := io.WriteString(c.out, cleanText(string(p))); err != nil {
		return 0, err
	}
	return len(p), nil
}

// raw returns the stream below a cleaned one.
func raw(stream io.Writer) io.Writer {
	if c, ok := stream.(cleaned); ok {
		return c.out
	}
	return stream
}

// writeJSON writes JSON to the stream below. The control characters that JSON allows in strings (U+007F to U+009F) are
// escaped, which does not change the values.
func writeJSON(out io.Writer, text []byte) error {
	var b bytes.Buffer
	for len(text) > 0 {
		r, size := utf8.DecodeRune(text)
		if r >= 0x7F && r <= 0x9F {
			fmt.Fprintf(&b, `\u%04x`, r)
		} else {
			b.Write(text[:size])
		}
		text = text[size:]
	}
	_, err := b.WriteTo(raw(out))
	return err
}
