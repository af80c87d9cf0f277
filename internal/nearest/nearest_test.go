package nearest_test

import (
	"strings"
	"testing"

	"hookline.dev/hookline/internal/nearest"
)

func TestNameFindsWhatWasMeant(t *testing.T) {
	among := []string{"equal", "notEqual", "in", "gt", "gte", "record.create"}
	for name, want := range map[string]string{
		"equals": "equal", "Equal": "equal", "euqal": "equal", "notequal": "notEqual", "record.creat": "record.create",
		"recordcreate": "record.create", "": "", "xyz": "", "x": "", strings.Repeat("e", 1000): "",
	} {
		got, ok := nearest.Name(name, among)
		if got != want || ok != (want != "") {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
	}
}
