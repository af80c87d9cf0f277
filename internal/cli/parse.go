package cli

import (
	"fmt"
	"io"
	"os"
	"strings"

	"hookline.dev/hookline/internal/document"
	"hookline.dev/hookline/internal/fault"
)

type parseCmd struct {
	Sample string `arg:"" optional:"" help:"The sample itself, @FILE to read it from a file, or - (the default) for stdin."`
}

// Help explains the verb.
func (parseCmd) Help() string {
	return "Takes a sample of a call (a URL, a query string, headers, a JSON body, or a whole raw HTTP request) and prints " +
		"the parameters: block for a document's trigger, e.g. hookline parse 'https://example.com/hook?order=7&item[0]=a'."
}

// maxSample bounds a sample, in bytes.
const maxSample = 8 << 20

// Run prints the parameters of a sample.
func (c *parseCmd) Run(w *world) error {
	text, err := c.read(w)
	if err != nil {
		return err
	}
	parameters, err := document.ParametersOf(text)
	if err != nil {
		return err
	}
	_, err = io.WriteString(w.stdout, document.ParametersYAML(parameters))
	return err
}

func (c *parseCmd) read(w *world) (string, error) {
	in := w.stdin
	name, isFile := strings.CutPrefix(c.Sample, "@")
	switch {
	case isFile:
		f, err := os.Open(name)
		if err != nil {
			return "", fault.As("cli.parse", fault.NotFound, err, "cannot read %s: %v", name, reason(err))
		}
		defer f.Close()
		in = f
	case c.Sample != "" && c.Sample != "-":
		return c.Sample, nil
	case isTerminal(w.stdin):
		fmt.Fprintln(w.stderr, "Paste the sample; ^D ends it.")
	}
	text, err := io.ReadAll(io.LimitReader(in, maxSample+1))
	if err != nil {
		return "", err
	}
	if len(text) > maxSample {
		return "", fault.New("cli.parse", fault.TooLarge, "the sample is larger than 8 MiB")
	}
	return string(text), nil
}
