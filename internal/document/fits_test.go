package document_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"hookline.dev/hookline/internal/document"
	"hookline.dev/hookline/internal/node/kinds"
	"hookline.dev/hookline/internal/verify"
)

func TestNodesAreCheckedAgainstTheCollectionsOfTheFiles(t *testing.T) {
	const workflow = `
workflow: a
trigger: {type: webhook, mode: async}
nodes:
  - {key: one, type: record.create, config: {collection: orders, values: {number: "{{$context.data.n}}", totl: 3}}}
  - {key: two, type: query, config: {collection: orders, params: {filter: {total: {$gt: much}}, sort: [{field: nope}]}}}
  - {key: elsewhere, type: record.delete, config: {collection: somewhere, filter: {x: 1}}}
  - {key: related, type: record.find, config: {collection: lines, filter: {nope: 1}}}
---
collections:
  - name: orders
    fields: [{name: number, type: string}, {name: total, type: integer}]
  - name: lines
    fields: [{name: number, type: string}, {name: product, type: relation, kind: belongsTo, target: products}]
`
	_, problems := document.Load(fstest.MapFS{"a.yaml": {Data: []byte(workflow)}}, "", document.Known{Kinds: kinds.Set(kinds.Deps{}), Presets: verify.NewSet()})
	var got []string
	for _, p := range problems {
		if strings.HasPrefix(p.Path, "nodes") {
			got = append(got, p.Path)
		}
	}
	want := []string{"nodes[0].config.values.totl", "nodes[1].config.params.filter", "nodes[1].config.params.sort[0]"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff, document.Text(problems))
	}
}
