package channeltest

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"hookline.dev/hookline/internal/value"
)

// updateVariable is the environment variable that makes the suite write stories instead of comparing them.
const updateVariable = "UPDATE_STORIES"

// peerURL stands for the URL of the peer in stories.
const peerURL = "PEER"

// story is one file of a kind's testdata.
type story struct {
	file    string
	archive *txtar.Archive
	config  string // with PEER replaced
	env     value.Value
	message value.Value
	answer  string // "": the usual one
}

func inputs() []string { return []string{"config", "env", "message", "answer"} }

func readStories(t *testing.T, peer string) []story {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", "*.txtar"))
	if err != nil || len(files) < 4 {
		t.Fatalf("there are %d stories in testdata (%v); a kind has at least 4", len(files), err)
	}
	stories := make([]story, len(files))
	for i, file := range files {
		if stories[i], err = readStory(file, peer); err != nil {
			t.Fatal(err)
		}
	}
	return stories
}

func readStory(file, peer string) (story, error) {
	archive, err := txtar.ParseFile(file)
	if err != nil {
		return story{}, err
	}
	if len(bytes.TrimSpace(archive.Comment)) == 0 {
		return story{}, fmt.Errorf("%s: say before the first section what the story is about", file)
	}
	s := story{file: file, archive: archive}
	for _, f := range archive.Files {
		text := strings.ReplaceAll(string(f.Data), peerURL, peer)
		switch f.Name {
		case "config":
			s.config = text
		case "env":
			s.env, err = value.Parse(text, value.Limits{})
		case "message":
			s.message, err = value.Parse(text, value.Limits{})
		case "answer":
			s.answer = text
		case "problems", "request", "result", "error":
		default:
			err = fmt.Errorf("there is no section %q", f.Name)
		}
		if err != nil {
			return story{}, fmt.Errorf("%s: section %s: %w", file, f.Name, err)
		}
	}
	if s.config == "" {
		return story{}, fmt.Errorf("%s: there is no section config", file)
	}
	return s, nil
}

// Lookup implements channel.Secrets.
func (s story) Lookup(name string) (string, bool) { return s.env.Get(name).Str() }

// expected returns the output sections of the file.
func (s story) expected() map[string]string {
	out := make(map[string]string)
	for _, f := range s.archive.Files {
		if !slices.Contains(inputs(), f.Name) {
			out[f.Name] = strings.TrimRight(string(f.Data), "\n")
		}
	}
	return out
}

// rewrite replaces the output sections.
func (s story) rewrite(sections []txtar.File) error {
	kept := slices.DeleteFunc(slices.Clone(s.archive.Files), func(f txtar.File) bool { return !slices.Contains(inputs(), f.Name) })
	return os.WriteFile(s.file, txtar.Format(&txtar.Archive{Comment: s.archive.Comment, Files: append(kept, sections...)}), 0o600)
}
