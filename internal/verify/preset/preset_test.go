package preset_test

import (
	"testing"

	"hookline.dev/hookline/internal/verify/preset"
)

func TestPresetsAreDescribed(t *testing.T) {
	for _, p := range preset.Set().All() {
		i := p.Info()
		if i.Title == "" || i.Summary == "" || i.Docs == "" && i.Name[:7] != "generic" {
			t.Errorf("%s lacks a title, a summary or a page: %+v", i.Name, i)
		}
	}
}
