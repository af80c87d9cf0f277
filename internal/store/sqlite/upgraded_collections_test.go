package sqlite

import (
	"fmt"
	"testing"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/value"
)

// people is what the versions of migrations 1 and 2 made of a collection, with two records, and an
// execution that is under way: its first step was open when the first row was written.
const people = `
INSERT INTO collections (name, created_at, updated_at) VALUES ('people', 1790000000000000, 1790000000000000);
INSERT INTO fields (collection, name, position, type, required, is_unique, is_index, default_value) VALUES
 ('people', 'email', 0, 'string', 1, 1, 0, NULL), ('people', 'age', 1, 'integer', 0, 0, 1, '7'), ('people', 'extra', 2, 'json', 0, 0, 0, NULL);
CREATE TABLE "c_people" (id INTEGER PRIMARY KEY, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, "f_email" TEXT, "f_age" INTEGER, "f_extra" TEXT) STRICT;
CREATE UNIQUE INDEX "i_people__email" ON "c_people" ("f_email");
CREATE INDEX "i_people__age" ON "c_people" ("f_age");
INSERT INTO c_people VALUES (1, 1790000000000000, 1790000000000000, 'a', 41, '{"b":1.0}'), (2, 1790000000000001, 1790000000000001, 'b', NULL, NULL);
INSERT INTO deliveries (id, workflow, outcome, gate, reason, execution, status, took, received_at, request, size, body) VALUES
 (100, 'w', 'accepted', 'accept', '', 101, 200, 1000, 1790000000000000, '{"method":"POST"}', 0, x'');
INSERT INTO executions (id, workflow, revision, delivery, mode, status, owner, created_at) VALUES (101, 'w', 'r', 100, 'async', 'running', 1, 1790000000000000);
INSERT INTO steps VALUES (101, 1, '[{"n":1,"path":"a","status":"running"}]'), (101, 3, '[{"n":1,"path":"a","status":"succeeded"},{"n":3,"path":"b","status":"running"}]');
INSERT INTO settings VALUES ('store.incarnation', '7');`

func TestCollectionsOfEarlierVersionsGoOn(t *testing.T) {
	for version := range int64(2) {
		t.Run(fmt.Sprint("migration ", version+1), func(t *testing.T) {
			s := open(t, Options{Dir: ofVersion(t, version+1, people)})
			rec, err := s.Record("people", 1)
			if want := `{"id":1,"createdAt":"2026-09-21T14:13:20.000Z","updatedAt":"2026-09-21T14:13:20.000Z","email":"a","age":41,"extra":{"b":1.0}}`; err != nil || rec.JSON.Text() != want {
				t.Fatal(rec.JSON.Text(), err)
			}
			list, err := s.Collections()
			if err != nil {
				t.Fatal(err)
			}
			wanted := list[0]
			wanted.Fields = append(wanted.Fields, collection.Field{Name: "boss", Type: collection.Relates, Relation: collection.BelongsTo, Target: "people", OnDelete: collection.SetNull})
			wanted.Fields[0].Name, wanted.Fields[0].Was = "mail", "email"
			if err := s.Define([]collection.Collection{wanted}); err != nil {
				t.Fatal(err)
			}
			owner, _, err := s.Begin(s.opts.Clock.Now())
			if err != nil {
				t.Fatal(err)
			}
			claimed, err := s.Claim(owner, s.opts.Clock.Now(), 9, false)
			if err != nil || len(claimed) != 1 || len(claimed[0].Steps) != 2 || claimed[0].Steps[0].Status != flow.Succeeded {
				t.Fatal(claimed, err)
			}
			out, err := s.Commit(store.Commit{
				Execution: 101, Owner: owner,
				Steps: []flow.Step{{Execution: 101, N: 3, Path: "b", Status: flow.Succeeded, Attempt: 1}, {Execution: 101, N: 4, Path: "c", Status: flow.Succeeded}},
				Ops: []store.StepOp{{N: 3, Op: collection.Op{Kind: collection.Create, Collection: "people", Upsert: []string{"mail"},
					Values: value.Trusted(`[{"mail":"b","age":8,"boss":1},{"mail":"c","boss":2}]`)}}},
				State: store.State{Status: flow.Succeeded}, Broken: store.State{Status: flow.Running},
			})
			if err != nil || out.Ops[0].Violation != nil || out.Ops[0].Record.At(1).Get("id").Text() != "3" || out.Ops[0].Record.At(1).Get("age").Text() != "7" {
				t.Fatal(out, err)
			}
			l, err := s.Load(101)
			if err != nil || len(l.Steps) != 3 || l.Steps[0].Status != flow.Succeeded || l.Steps[1].Status != flow.Succeeded {
				t.Fatal(l.Steps, err)
			}
			f := collection.Filter{Op: collection.Eq, Field: "boss.mail", Value: value.String("a")}
			found, err := s.Find(collection.Query{Collection: "people", Filter: &f, Expand: []string{"boss"}, Fields: []string{"mail", "boss"}})
			if err != nil || len(found.Records) != 1 || found.Records[0].JSON.Get("boss").Get("extra").Text() != `{"b":1.0}` {
				t.Fatal(found, err)
			}
			write(t, s, collection.Op{Kind: collection.Delete, Collection: "people", Filter: &collection.Filter{Op: collection.Eq, Field: "id", Value: value.Int(2)}})
			if n, err := s.Aggregate(collection.Aggregate{Collection: "people", Function: "count", Field: "boss"}); err != nil || n.Text() != "0" {
				t.Error(n, err)
			}
		})
	}
}
