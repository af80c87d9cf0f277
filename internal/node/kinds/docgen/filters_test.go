package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"hookline.dev/hookline/internal/collection"
)

func TestTheTableOfFilterOperatorsIsThatOfCollections(t *testing.T) {
	var have, want []string
	for _, o := range filterOperators() {
		have = append(have, o.name)
	}
	for _, o := range collection.Operators() {
		want = append(want, string(o))
	}
	if diff := cmp.Diff(want, have); diff != "" {
		t.Errorf("operators (-collection +table)\n%s", diff)
	}
}
