package api

import (
	"strings"
	"testing"
	"time"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/value"
)

// FuzzAction checks that no query of NocoBase's form breaks the parser, and that an invalid one is always the
// caller's fault.
func FuzzAction(f *testing.F) {
	for _, s := range []string{
		`filter={"a":{"$eq":1}}&sort=-a,b&page=2&pageSize=5&fields=a,b&except=c&appends[]=d`, "filter[a][$in][]=1&filterByTk[]=1&filterByTk=2",
		"filter[$and][0][a]=1", "page=0", "filter=", "filterByTk=", "sort[][]=a", "%ff=%zz", "a&a&=&[=]",
	} {
		f.Add(s)
	}
	var known []string
	for _, a := range actions() {
		known = append(known, a.params...)
	}
	f.Fuzz(func(t *testing.T, query string) {
		call, err := readAction("pushes", query, known)
		if err != nil {
			if p := problemOf(err); p.Status >= 500 {
				t.Fatalf("%d: %v", p.Status, err)
			}
			return
		}
		if call.page < 1 || call.pageSize < 1 {
			t.Fatalf("%+v", call)
		}
	})
}

// FuzzPrecondition checks that a tag is accepted only for the time that it names.
func FuzzPrecondition(f *testing.F) {
	for _, s := range []string{`"2026-03-04T12:00:00.000Z"`, `W/"2026-03-04T12:00:00.000Z"`, `"a", "2026-03-04T12:00:00Z","b"`, "*", `"`, `""`, ","} {
		f.Add(s)
	}
	record := value.Trusted(`{"updatedAt":"2026-03-04T12:00:00.000Z"}`)
	f.Fuzz(func(t *testing.T, header string) {
		at, ok, err := Precondition{IfMatch: header}.updatedAt(func() (value.Value, error) { return record, nil })
		if err != nil {
			t.Fatal(err)
		}
		if ok && !at.IsZero() && !strings.Contains(header, `"`) {
			t.Fatalf("%q was taken for %s", header, at)
		}
		if at.Location() != time.UTC {
			t.Fatalf("%s is not UTC", at)
		}
	})
}

// FuzzFilter checks that no filter in a URL breaks the parser.
func FuzzFilter(f *testing.F) {
	f.Add(`{"$and":[{"a":{"$eq":1}}]}`, "-a", "7")
	f.Add(`{`, "", "x")
	f.Add(`null`, "--", "-1")
	f.Fuzz(func(t *testing.T, filter, sort, before string) {
		q := recordQuery{Before: before}
		q.Name, q.Filter, q.Sort = "pushes", filter, []string{sort}
		out, err := q.query()
		if err != nil {
			if p := problemOf(err); p.Status >= 500 {
				t.Fatalf("%d: %v", p.Status, err)
			}
			return
		}
		c := collection.Collection{Name: "pushes"}
		if _, broken := c.CheckQuery(out, nil); broken != nil && broken.Message == "" {
			t.Fatalf("%+v", broken)
		}
	})
}
