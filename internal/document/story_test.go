package document_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"hookline.dev/hookline/internal/document"
)

// TestStories plays the story files. A story file holds many cases. A case has one or more input sections,
// "name.yaml", "name.json" or "name/file.yaml", and "name.out": the problems as a terminal shows them, or what was
// read. UPDATE_STORIES=1 in the environment writes the outputs instead of comparing them.
func TestStories(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no stories", err)
	}
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		given, want := split(t, file, archive)
		for i, section := range archive.Files {
			name, isOut := strings.CutSuffix(section.Name, ".out")
			if !isOut {
				continue
			}
			t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar")+"/"+name, func(t *testing.T) {
				got := play(given[name])
				archive.Files[i].Data = []byte(got)
				if os.Getenv("UPDATE_STORIES") == "" {
					if diff := cmp.Diff(want[name], got); diff != "" {
						t.Error(diff)
					}
				}
			})
		}
		if os.Getenv("UPDATE_STORIES") != "" {
			if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// split groups the sections into cases: the input files and the expected output.
func split(t *testing.T, file string, archive *txtar.Archive) (given map[string]fstest.MapFS, want map[string]string) {
	given, want = make(map[string]fstest.MapFS), make(map[string]string)
	for _, section := range archive.Files {
		if name, isOut := strings.CutSuffix(section.Name, ".out"); isOut {
			want[name] = string(section.Data)
			continue
		}
		name, inFolder, isFolder := strings.Cut(section.Name, "/")
		if !isFolder {
			name, inFolder = strings.TrimSuffix(name, filepath.Ext(name)), "doc"+filepath.Ext(name)
		}
		if given[name] == nil {
			given[name] = make(fstest.MapFS)
		}
		given[name][inFolder] = &fstest.MapFile{Data: section.Data}
	}
	for name := range given {
		if _, ok := want[name]; !ok {
			t.Errorf("%s: case %s has no section %s.out", file, name, name)
		}
	}
	return given, want
}

// play loads a folder and prints the result.
func play(files fstest.MapFS) string {
	bundle, problems := document.Load(files, "", fakes())
	if len(problems) > 0 {
		return document.Text(problems) + "\n"
	}
	var b strings.Builder
	for _, w := range bundle.Workflows {
		fmt.Fprintln(&b, w.Workflow.Document)
	}
	for _, c := range bundle.Collections {
		fmt.Fprintf(&b, "collection %s:", c.Name)
		for _, f := range c.Fields {
			fmt.Fprintf(&b, " %s %s;", f.Name, f.Type)
		}
		fmt.Fprintln(&b)
	}
	for _, c := range bundle.Channels {
		fmt.Fprintf(&b, "channel %s: %s %s (%s)\n", c.Name, c.Type, c.Config, c.Source)
	}
	return b.String()
}
