package cli

import (
	"strings"
	"testing"
	"time"

	"hookline.dev/hookline/internal/audit"
	"hookline.dev/hookline/internal/value"
)

// exported returns an export with n entries after the first ones, which retention has deleted.
func exported(n, deleted int) string {
	var b strings.Builder
	head := audit.Mark{}
	for i := range deleted + n {
		e := audit.Entry{
			At: time.Date(2026, 11, 30, 12, 0, i, 0, time.UTC), By: audit.Actor{Kind: "key", Name: "ci"}, Action: "put-variable",
			Target: "ORDERS \"ä\"", Status: 200, After: value.Trusted(`{"n":1.0}`),
		}
		if head = e.Seal(head); i >= deleted {
			b.WriteString(e.Line() + "\n")
		}
	}
	b.WriteString(head.Line() + "\n")
	return b.String()
}

// TestAnExportThatIsCutAnywhereIsNoticed cuts an export at every byte, at its end, its beginning and in its middle.
func TestAnExportThatIsCutAnywhereIsNoticed(t *testing.T) {
	ok := func(text string) (bool, string) {
		done, err := checkExport(&system{stdin: strings.NewReader(text)}, "-", nil)
		return err == nil && done.OK, done.Reason
	}
	for _, deleted := range []int{0, 2} {
		whole := exported(4, deleted)
		if is, why := ok(whole); !is {
			t.Fatalf("a whole export: %s\n%s", why, whole)
		}
		line := strings.Index(whole, "\n") + 1
		for i := range len(whole) {
			if is, _ := ok(whole[:i]); is {
				t.Errorf("an export that ends after %d of %d bytes is taken for whole: %q", i, len(whole), whole[max(0, i-80):i])
			}
			// One that begins later looks like one whose beginning retention has deleted.
			if is, _ := ok(whole[i:]); i > 0 && is && whole[i-1] != '\n' {
				t.Errorf("an export that begins at byte %d is taken for whole", i)
			}
			if is, _ := ok(whole[:line] + whole[max(line, i):]); i > line && is {
				t.Errorf("an export without its bytes %d to %d is taken for whole", line, i)
			}
			// Nothing tells what the first entry was if the one before it has been deleted.
			changed := whole[:i] + string(whole[i]^1) + whole[i+1:]
			if is, _ := ok(changed); is && (deleted == 0 || i >= line) {
				t.Errorf("an export whose byte %d (%q) was changed is taken for whole", i, whole[i])
			}
		}
		if is, _ := ok(whole + whole); is {
			t.Error("an export twice is taken for whole")
		}
	}
}
