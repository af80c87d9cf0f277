package app_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// pager is a list of the API whose pages have a cursor.
type pager struct {
	o     *operation
	at    attempt
	param string // takes the cursor
	next  string // the cursor of its second page, as an admin gets it
}

// TestCursorsOfOthersLeadNowhere gives each list the cursors of all others, and its own ones damaged and from another principal.
// Each is refused and named, or shows a page of what the caller may see anyway.
func TestCursorsOfOthersLeadNowhere(t *testing.T) {
	w := newWorld(t)
	_, operations := readDescription(t, w.must("GET", "/api/openapi.json", nil))
	everybody := w.principals()
	w.more()
	lists := w.pagers(operations, everybody[0])
	if len(lists) < 8 {
		t.Fatalf("only %d lists have a second page: %v", len(lists), lists)
	}
	r := rand.New(rand.NewPCG(*fuzzSeed, 0))
	refused := 0
	for _, l := range lists {
		wrong := []string{"", " ", "0", "-1", "1", "last", "\x00", "\xff", strings.Repeat("A", 40), strings.Repeat("z", 40<<10), l.next + "x", l.next + l.next, l.next[1:]}
		for i := range len(l.next) {
			wrong = append(wrong, l.next[:i], l.next[:i]+string(rune('!'+r.IntN(90)))+l.next[i+1:])
		}
		for _, of := range lists {
			if of.param != l.param || !sameKind(of.next, l.next) {
				wrong = append(wrong, of.next)
			}
		}
		for _, cursor := range wrong {
			for _, p := range everybody[:6] {
				if status, _ := w.page(l, p, cursor); status >= 400 && status != http.StatusForbidden {
					refused++
				}
			}
		}
		// A principal goes on from where another one is, and sees only its own.
		for _, p := range everybody {
			w.page(l, p, l.next)
		}
		// A cursor of another list is of no use here.
		for _, of := range lists {
			if strings.Contains(of.next, "_") && !sameKind(of.next, l.next) {
				if status, text := w.page(l, everybody[0], of.next); status < 400 {
					t.Errorf("%s takes the cursor %s of %s: %d %s", l.o.ID, of.next, of.o.ID, status, clip(text))
				}
			}
		}
	}
	if refused < 100 {
		t.Errorf("only %d wrong cursors were refused", refused)
	}
	t.Logf("%d lists, %d wrong cursors were refused", len(lists), refused)
}

// sameKind reports whether two cursors are ids of the same kind of thing.
func sameKind(a, b string) bool {
	kindA, _, okA := strings.Cut(a, "_")
	kindB, _, okB := strings.Cut(b, "_")
	return okA == okB && kindA == kindB
}

// page asks for the page behind a cursor and checks the answer. A refusal must name the parameter.
func (w *world) page(l pager, p *principal, cursor string) (int, string) {
	w.Helper()
	a := l.at
	a.query = maps.Clone(l.at.query)
	a.query[l.param] = []string{cursor}
	status, text := w.check(p, a, nil)
	tooLong := status == http.StatusRequestEntityTooLarge || status == http.StatusRequestHeaderFieldsTooLarge
	if status >= 400 && status != http.StatusForbidden && status != http.StatusUnauthorized && !tooLong && !strings.Contains(text, l.param) {
		w.Errorf("%s %s: the refusal of the cursor %q does not name %s: %d %s", p.name, l.o.ID, clip(cursor), l.param, status, clip(text))
	}
	return status, text
}

// more makes several of everything that is listed.
func (w *world) more() {
	w.Helper()
	for i := range 3 {
		w.made("/api/keys", map[string]any{"name": fmt.Sprint("more ", i), "role": "viewer"})
		w.made("/api/users", map[string]any{"email": w.fresh("more") + "@example.com", "role": "viewer"})
		w.record()
	}
	for key, say := range map[string]string{mine: "hello", other: "mkr05"} {
		w.traffic(key, say)
		w.twice(key)
	}
	w.restore()
}

// pagers returns the lists that have a second page, with its cursor.
func (w *world) pagers(operations []operation, p *principal) (all []pager) {
	w.Helper()
	for i := range operations {
		o := &operations[i]
		if o.method != http.MethodGet || !slices.ContainsFunc(o.Parameters, func(p parameter) bool { return p.Name == "limit" || p.Name == "pageSize" }) {
			continue
		}
		a := w.example(o, p, mine)
		for _, size := range []string{"limit", "pageSize"} {
			if slices.ContainsFunc(o.Parameters, func(p parameter) bool { return p.Name == size }) {
				a.query = url.Values{size: {"1"}}
			}
		}
		status, text := w.check(p, a, nil)
		var page map[string]any
		if status != http.StatusOK || json.Unmarshal([]byte(text), &page) != nil {
			w.Fatalf("%s: %d %s", o.ID, status, text)
		}
		next := ""
		for _, name := range []string{"next", "moreAfter"} {
			if v, ok := page[name]; ok {
				next = fmt.Sprint(v)
			}
		}
		for _, param := range []string{"cursor", "after", "before"} {
			if next != "" && slices.ContainsFunc(o.Parameters, func(p parameter) bool { return p.Name == param }) {
				all = append(all, pager{o, a, param, next})
				break
			}
		}
	}
	return all
}
