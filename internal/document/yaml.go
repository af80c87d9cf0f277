package document

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"go.yaml.in/yaml/v3"

	"hookline.dev/hookline/internal/errorcode"
	"hookline.dev/hookline/internal/value"
)

// readYAML reads the documents of a YAML file and skips empty ones.
func readYAML(name string, text []byte) ([]Source, []Problem) {
	var (
		sources  []Source
		problems []Problem
		lines    = strings.Split(string(text), "\n")
		decoder  = yaml.NewDecoder(bytes.NewReader(text))
	)
	for count := 0; ; count++ {
		var document yaml.Node
		err := decodeNode(decoder, &document)
		if errors.Is(err, io.EOF) {
			return sources, problems
		}
		if err != nil {
			return sources, append(problems, syntaxProblem(name, lines, err))
		}
		if count == MaxDocuments {
			return sources, append(problems, Problem{Code: errorcode.TooLarge, File: name, Message: fmt.Sprintf("more than %d documents in one file", MaxDocuments)})
		}
		if len(document.Content) == 0 || isEmpty(document.Content[0]) {
			continue
		}
		c := &converter{source: Source{File: name, Index: len(sources)}, lines: lines}
		c.source.root = c.tree("", document.Content[0], 0)
		problems = append(problems, c.problems...)
		sources = append(sources, c.source)
	}
}

// ReadYAML reads one YAML document, or JSON, as a value that need not be a workflow. An empty text is null.
func ReadYAML(text []byte) (value.Value, []Problem) {
	sources, problems := readYAML("", text)
	switch {
	case len(problems) > 0:
		return value.Value{}, normalize(problems)
	case len(sources) == 0:
		return value.Null(), nil
	case len(sources) > 1:
		return value.Value{}, []Problem{{Code: errorcode.Syntax, Line: sources[1].root.line, Message: "one document is expected, without a line --- in it"}}
	}
	return sources[0].root.value(), nil
}

// decodeNode converts a panic of the YAML library to an error, because its input is untrusted.
func decodeNode(d *yaml.Decoder, into *yaml.Node) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("yaml: %v", r)
		}
	}()
	return d.Decode(into)
}

func isEmpty(n *yaml.Node) bool {
	return n.Kind == yaml.ScalarNode && n.Style == 0 && n.Value == "" && n.Anchor == ""
}
