package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"

	"hookline.dev/hookline/internal/api"
	"hookline.dev/hookline/internal/document"
	"hookline.dev/hookline/internal/fault"
)

type parseCmd struct {
	Sample string `arg:"" optional:"" help:"The sample, @FILE to read it from a file, or - (the default) to read stdin."`
	jsonFlag
}

// Help explains the verb.
func (parseCmd) Help() string {
	return "Takes a sample call (a URL, a query string, headers, a JSON or XML body, or a complete HTTP request) and prints " +
		"a parameters: block for a workflow's trigger, with suggested aliases. --json has the types and values as well. Example: hookline parse 'https://example.com/hook?order=7&item[0]=a'."
}

// Run prints the parameters found in a sample.
func (c *parseCmd) Run(sys *system) error {
	text, err := c.read(sys)
	if err != nil {
		return err
	}
	parameters, err := document.ParametersOf(text)
	if err != nil {
		return err
	}
	if c.JSON {
		text, err := json.Marshal(api.ParsedOf(parameters))
		if err != nil {
			return err
		}
		return printOne(sys.stdout, text)
	}
	_, err = io.WriteString(raw(sys.stdout), document.ParametersYAML(parameters))
	return err
}

func (c *parseCmd) read(sys *system) (string, error) {
	in := sys.stdin
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
		if _, err := os.Stat(c.Sample); err == nil {
			return "", fault.New("cli.parse", fault.Invalid, "%s is a file; to read the sample from it, write @%s", c.Sample, c.Sample)
		}
		return c.Sample, nil
	case isTerminal(sys.stdin):
		fmt.Fprintln(sys.stderr, "Paste the sample, then press ^D.")
	}
	text, err := io.ReadAll(io.LimitReader(in, document.MaxSample+1))
	if err != nil {
		return "", err
	}
	if len(text) > document.MaxSample {
		return "", fault.New("cli.parse", fault.TooLarge, "the sample is larger than 8 MiB")
	}
	return string(text), nil
}
