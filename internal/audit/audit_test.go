package audit

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"hookline.dev/hookline/internal/value"
)

// made returns n entries after an anchor, and their head.
func made(n int, anchor Mark) (all []Entry, head Mark) {
	head = anchor
	for i := range n {
		e := Entry{
			At: time.Date(2026, 11, 30, 12, 0, i, 123456789, time.FixedZone("", 3600)), Action: "put-variable", Target: fmt.Sprintf("NAME_%d", i), Status: 200,
			By:    Actor{Kind: "session", ID: "usr_1", Name: "a@example.com", Address: "192.0.2.7"},
			After: value.Trusted(fmt.Sprintf(`{"n":%d.0}`, i)),
		}
		if i%2 == 1 {
			e.Before, e.Status, e.By = value.Trusted(`"x"`), 0, Actor{Kind: Server}
		}
		head = e.Seal(head)
		all = append(all, e)
	}
	return all, head
}

func check(all []Entry, anchor, head Mark, noted ...Mark) error {
	c := NewChain(anchor)
	for _, m := range noted {
		c.Expect(m)
	}
	for i := range all {
		if err := c.Add(&all[i]); err != nil {
			return err
		}
	}
	_, err := c.End(head)
	return err
}

func TestAChainThatNobodyTouchedIsWhole(t *testing.T) {
	all, head := made(9, Mark{})
	if err := check(all, Mark{}, head, head, Mark{4, all[3].Hash}); err != nil {
		t.Fatal(err)
	}
	anchor := Mark{all[3].Seq, all[3].Hash}
	if err := check(all[4:], anchor, head, Mark{2, all[1].Hash}); err != nil {
		t.Errorf("after an anchor: %v", err)
	}
	if err := check(nil, head, head); err != nil {
		t.Errorf("without entries: %v", err)
	}
}

// TestEveryEditIsNoticed changes each field of each entry, and the order and number of entries.
func TestEveryEditIsNoticed(t *testing.T) {
	const n = 6
	edits := map[string]func(e *Entry){
		"seq": func(e *Entry) { e.Seq++ }, "at": func(e *Entry) { e.At = e.At.Add(time.Microsecond) },
		"kind": func(e *Entry) { e.By.Kind += "x" }, "id": func(e *Entry) { e.By.ID += "1" }, "name": func(e *Entry) { e.By.Name = "b" },
		"address": func(e *Entry) { e.By.Address += "0" }, "action": func(e *Entry) { e.Action = "get" }, "target": func(e *Entry) { e.Target += "0" },
		"status": func(e *Entry) { e.Status++ }, "before": func(e *Entry) { e.Before = value.Null() }, "after": func(e *Entry) { e.After = value.Value{} },
		"hash": func(e *Entry) { e.Hash[31] ^= 1 },
		// the same bytes, in other fields
		"moved": func(e *Entry) { e.Action, e.Target = e.Action+e.Target, "" },
		// a new hash that fits the entry alone
		"forged": func(e *Entry) {
			e.Target = "other"
			e.Hash = e.HashAfter(Hash{})
		},
	}
	noticed := func(what string, err error) {
		t.Helper()
		if broken := (*Broken)(nil); !errors.As(err, &broken) {
			t.Errorf("%s: %v", what, err)
		}
	}
	anchor := Mark{3, Hash{1}}
	for i := range n {
		for name, edit := range edits {
			all, head := made(n, anchor)
			edit(&all[i])
			noticed(fmt.Sprintf("%s of entry %d", name, i), check(all, anchor, head))
		}
		all, head := made(n, anchor)
		noticed(fmt.Sprintf("without entry %d", i), check(append(all[:i:i], all[i+1:]...), anchor, head))
		noticed(fmt.Sprintf("cut to %d", i), check(all[:i], anchor, head))
		noticed(fmt.Sprintf("the head is %d", i), check(all, anchor, Mark{anchor.Seq + int64(i), anchor.Hash}))
		noticed(fmt.Sprintf("entry %d twice", i), check(append(all[:i+1:i+1], all[i:]...), anchor, head))
		if i > 0 {
			all[i], all[i-1] = all[i-1], all[i]
			noticed(fmt.Sprintf("entry %d before the one before it", i), check(all, anchor, head))
		}
	}
	all, head := made(n, anchor)
	noticed("another anchor", check(all, Mark{3, Hash{2}}, head))
	anew, newHead := made(n+1, Mark{3, Hash{9}})
	noticed("a new chain, compared with what was noted", check(anew, Mark{3, Hash{9}}, newHead, head))
	noticed("a shorter chain with its own head, compared with what was noted", check(all[:2], anchor, Mark{all[1].Seq, all[1].Hash}, head))
}

func TestALineIsReadExactly(t *testing.T) {
	all, _ := made(4, Mark{})
	for _, e := range all {
		line := e.Line()
		if strings.Contains(line, "\n") {
			t.Fatalf("%q", line)
		}
		got, err := ParseLine(line)
		if err != nil || got.Line() != line || got.Hash != e.Hash || got.HashAfter(Hash{}) != e.HashAfter(Hash{}) {
			t.Errorf("%s: %v, %v", line, got, err)
		}
	}
	// Every byte that is changed makes the line wrong, or the hash.
	before := Mark{all[0].Seq, all[0].Hash}
	line := all[1].Line()
	for i := range len(line) {
		changed := line[:i] + string(line[i]^1) + line[i+1:]
		if e, err := ParseLine(changed); err == nil && NewChain(before).Add(&e) == nil {
			t.Errorf("byte %d: %s", i, changed)
		}
	}
}

func TestMarksAreReadAsTheyAreWritten(t *testing.T) {
	_, head := made(3, Mark{})
	if got, ok := ParseMark(head.String()); !ok || got != head {
		t.Errorf("%v %v", got, ok)
	}
	for _, bad := range []string{"", "3", "3:", ":" + head.Hash.String(), "-1:" + head.Hash.String(), "03:" + head.Hash.String(), "3:" + head.Hash.String() + "0"} {
		if _, ok := ParseMark(bad); ok {
			t.Errorf("%q is taken", bad)
		}
	}
}
