package script

import (
	"bufio"
	"os"
	"strings"
	"testing"
	"time"

	"hookline.dev/hookline/internal/value"
)

// escape is one line of testdata/escapes.txt.
type escape struct{ line, source, want string }

// escapes reads the attempts. A line contains a source and, after a tab, the expected result: JSON, or "! "
// followed by the kind and the beginning of the error's text.
func escapes(t *testing.T) []escape {
	t.Helper()
	f, err := os.Open("testdata/escapes.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var list []escape
	for s := bufio.NewScanner(f); s.Scan(); {
		source, want, _ := strings.Cut(s.Text(), "\t")
		if !strings.HasPrefix(source, "#") && source != "" {
			list = append(list, escape{s.Text(), source, want})
		}
	}
	return list
}

func TestAttemptsToEscapeComeToNothing(t *testing.T) {
	p := newPool(t, 1)
	list := escapes(t)
	if len(list) < 200 {
		t.Errorf("only %d attempts", len(list))
	}
	for _, e := range list {
		text, kind, failed := outcome(p, Run{
			Timeout: time.Minute, // the race detector makes the engine slow
			Source:  e.source, Body: `{"ref":"refs/heads/main"}`,
			Context: value.Trusted(`{"headers":{"a":"b"}}`),
			Nodes:   value.Trusted(`{"first":{"id":7}}`),
		})
		if failed {
			text = "! " + kind.String() + ": " + text
		}
		if e.want == "" {
			t.Errorf("%s\t%s", e.source, text)
			continue
		}
		if text != e.want && !(failed && strings.HasSuffix(e.want, "…") && strings.HasPrefix(text, strings.TrimSuffix(e.want, "…"))) {
			t.Errorf("%s\n got %.300s\nwant %s", e.source, text, e.want)
		}
	}
}
