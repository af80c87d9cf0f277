package nodetest

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/node"
)

// fewestStories is the minimum number of stories of a kind. At least one must be about an error.
const fewestStories = 3

// Run plays the stories of the package under test and checks the kind against the contract of package node.
func Run(t *testing.T, kind node.Kind) {
	t.Helper()
	run(t, kind, nil)
}

// RunReading is Run for a kind that reads records. kind gets the reader that serves them.
func RunReading(t *testing.T, kind func(collection.Reader) node.Kind) {
	t.Helper()
	records := &reader{}
	run(t, kind(records), records)
}

func run(t *testing.T, kind node.Kind, records *reader) {
	t.Helper()
	stories := readStories(t)
	for i := range stories {
		stories[i].reader = records
	}
	t.Run("stories", func(t *testing.T) { playAll(t, kind, stories) })
	t.Run("its info is complete", func(t *testing.T) { infoIsComplete(t, kind) })
	t.Run("unknown fields are problems", func(t *testing.T) { unknownFieldsAreProblems(t, kind) })
	t.Run("compile and run give the same every time", func(t *testing.T) { sameEveryTime(t, kind, stories) })
	t.Run("one node serves many executions at once", func(t *testing.T) { manyAtOnce(t, kind, stories) })
	t.Run("no secret is rendered", func(t *testing.T) { noSecretIsRendered(t, kind, stories) })
	t.Run("garbage never panics", func(t *testing.T) { garbageNeverPanics(t, kind, stories) })
}

func readStories(t *testing.T) []story {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", "*.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	if len(files) < fewestStories {
		t.Fatalf("there are %d stories in testdata; a kind has at least %d", len(files), fewestStories)
	}
	var stories []story
	bad := 0
	for _, file := range files {
		s, err := readStory(file)
		if err != nil {
			t.Fatal(err)
		}
		if s.bad() {
			bad++
		}
		stories = append(stories, s)
	}
	if bad == 0 && os.Getenv(updateVariable) == "" {
		t.Error("no story is about something going wrong")
	}
	return stories
}

func playAll(t *testing.T, kind node.Kind, stories []story) {
	t.Helper()
	for _, s := range stories {
		t.Run(filepath.Base(s.file), func(t *testing.T) {
			o, err := play(kind, s)
			if err != nil {
				t.Fatal(err)
			}
			if broken := breach(kind.Info(), s.about(), o); broken != "" {
				t.Error(broken)
			}
			if os.Getenv(updateVariable) != "" {
				if err := s.rewrite(o.sections()); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(contents(s.expected()), contents(o.sections())); diff != "" {
				t.Errorf("%s (-expected +came out)\n%s", s.file, diff)
			}
		})
	}
}
