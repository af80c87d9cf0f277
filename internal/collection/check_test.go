package collection_test

import (
	"strings"
	"testing"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/value"
)

func TestADefinitionIsCheckedWhole(t *testing.T) {
	text := collection.String
	for name, c := range map[string]struct {
		collection collection.Collection
		want       []string // path: a part of the message
	}{
		"right": {things(), nil},
		"names": {collection.Collection{Name: "Push es", Fields: []collection.Field{
			{Name: "", Type: text}, {Name: "1a", Type: text}, {Name: "a-b", Type: text}, {Name: "имя", Type: text}, {Name: `"x`, Type: text},
			{Name: strings.Repeat("x", 64), Type: text}, {Name: "ok_1", Type: text},
		}}, []string{"name: lower-case", "fields[0].name: letter", "fields[1].name: letter", "fields[2].name: letter", "fields[3].name: letter", "fields[4].name: letter", "fields[5].name: 63"}},
		"reserved": {collection.Collection{Name: "webhook", Fields: []collection.Field{{Name: "ID", Type: text}, {Name: "updatedat", Type: text}}},
			[]string{"name: reserved", "fields[0].name: every record has", "fields[1].name: every record has"}},
		"twice": {collection.Collection{Name: "c", Fields: []collection.Field{{Name: "Aa", Type: text}, {Name: "aA", Type: text}}},
			[]string{"fields[1].name: fields[0]"}},
		"types": {collection.Collection{Name: "c", Fields: []collection.Field{
			{Name: "a", Type: "strin"}, {Name: "b", Type: ""}, {Name: "c", Type: collection.JSON, Unique: true}, {Name: "d", Type: collection.Text, Index: true},
		}}, []string{"fields[0].type: did you mean string?", "fields[1].type: use one of string, text", "fields[2].unique: json", "fields[3].index: text"}},
		"defaults": {collection.Collection{Name: "c", Fields: []collection.Field{
			{Name: "a", Type: collection.Integer, Default: value.String("x")}, {Name: "b", Type: text, Required: true, Default: value.Null()},
			{Name: "c", Type: text, Default: value.Null()},
		}}, []string{"fields[0].default: whole number", "fields[1].default: required"}},
		"many": {collection.Collection{Name: "c", Fields: make([]collection.Field, 201)}, []string{"fields: 200"}},
	} {
		t.Run(name, func(t *testing.T) {
			problems := c.collection.Check()
			if name == "many" {
				problems = problems[:1]
			}
			if len(problems) != len(c.want) {
				t.Fatalf("problems are %+v", problems)
			}
			for i, p := range problems {
				path, says, _ := strings.Cut(c.want[i], ": ")
				if p.Path != path || !strings.Contains(p.Message, says) {
					t.Errorf("problem %+v, want %s", p, c.want[i])
				}
			}
		})
	}
}
