package nodetest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/txtar"

	"hookline.dev/hookline/internal/value"
)

// updateVariable is the environment variable that makes the suite write stories instead of comparing them.
const updateVariable = "UPDATE_STORIES"

// story is one file of a kind's testdata.
type story struct {
	file    string
	archive *txtar.Archive
	given   map[string]value.Value // the input sections
	reader  *reader                // serves the records to the kind; nil: the kind reads none
}

func inputs() []string {
	return []string{"config", "about", "context", "nodes", "scopes", "env", "now", "earlier", "records"}
}

func outputs() []string {
	return []string{"problems", "input", "holds", "query", "result", "branch", "ends", "progress", "until", "op", "reply", "log", "error"}
}

func readStory(file string) (story, error) {
	archive, err := txtar.ParseFile(file)
	if err != nil {
		return story{}, err
	}
	s := story{file: file, archive: archive, given: make(map[string]value.Value)}
	if len(bytes.TrimSpace(archive.Comment)) == 0 {
		return story{}, fmt.Errorf("%s: say before the first section what the story is about", file)
	}
	for _, f := range archive.Files {
		if slices.Contains(outputs(), f.Name) {
			continue
		}
		if !slices.Contains(inputs(), f.Name) {
			return story{}, fmt.Errorf("%s: there is no section %q", file, f.Name)
		}
		v, err := readYAML(string(f.Data))
		if err != nil {
			return story{}, fmt.Errorf("%s: section %s: %w", file, f.Name, err)
		}
		s.given[f.Name] = v
	}
	if _, ok := s.given["config"]; !ok {
		return story{}, fmt.Errorf("%s: there is no section config", file)
	}
	return s, nil
}

// expected returns the output sections, in the order of the file.
func (s story) expected() []txtar.File {
	var out []txtar.File
	for _, f := range s.archive.Files {
		if slices.Contains(outputs(), f.Name) {
			out = append(out, f)
		}
	}
	return out
}

// bad reports whether the story is about an error.
func (s story) bad() bool {
	return slices.ContainsFunc(s.expected(), func(f txtar.File) bool {
		return f.Name == "problems" || f.Name == "error"
	})
}

// rewrite replaces the expected output sections by the actual ones.
func (s story) rewrite(sections []txtar.File) error {
	kept := slices.DeleteFunc(slices.Clone(s.archive.Files), func(f txtar.File) bool {
		return slices.Contains(outputs(), f.Name)
	})
	whole := &txtar.Archive{Comment: s.archive.Comment, Files: append(kept, sections...)}
	return os.WriteFile(s.file, txtar.Format(whole), 0o600)
}

// contents normalizes sections, so that only differences in content remain.
func contents(sections []txtar.File) map[string]string {
	out := make(map[string]string)
	for _, f := range sections {
		text := strings.TrimRight(string(f.Data), "\n")
		if f.Name == "input" || f.Name == "result" {
			var b bytes.Buffer
			if json.Compact(&b, []byte(text)) == nil {
				text = b.String()
			}
		}
		out[f.Name] = text
	}
	return out
}
