package cli

import (
	"bytes"
	"fmt"
	"io"
	"unicode/utf8"

	"hookline.dev/hookline/internal/document"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/value"
)

// maxShownDepth is the depth of JSON that is printed as YAML.
const maxShownDepth = 1000

// cleaned is a stream that cannot control a terminal: whatever text a command prints, its control characters become
// dots. Much of what is printed came from senders. raw gives the stream below, for output that is exact, or has
// colours, and is known to be safe.
type cleaned struct {
	out  io.Writer
	form outputForm
}

// outputForm says how what is printed to a stream looks.
type outputForm struct {
	columns int  // width of the terminal; 0: the stream is none
	wide    bool // tables are as wide as their content
	yaml    bool // JSON is printed as YAML
}

// form returns the form of a stream.
func form(stream io.Writer) outputForm {
	c, _ := stream.(cleaned)
	return c.form
}

// withForm returns the stream with another form, but the same width.
func withForm(stream io.Writer, f outputForm) io.Writer {
	f.columns = form(stream).columns
	return cleaned{raw(stream), f}
}

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
//
// If the stream's form is YAML, the text is written as YAML instead.
func writeJSON(out io.Writer, text []byte) error {
	if form(out).yaml {
		return writeYAML(out, text)
	}
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

// writeYAML writes JSON as YAML.
func writeYAML(out io.Writer, text []byte) error {
	v, err := value.ParseBytes(text, value.Limits{Bytes: maxAnswer, Depth: maxShownDepth})
	if err != nil {
		return fault.As("cli.writeYAML", fault.Invalid, err, "the output cannot be written as YAML: %v; use --json", err)
	}
	written, err := document.YAML(v)
	if err != nil {
		return err
	}
	_, err = raw(out).Write(written) // control characters are escaped in it
	return err
}
