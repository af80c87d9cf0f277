package document

import (
	"testing"

	"hookline.dev/hookline/internal/verify/preset"
)

func TestPlannedPresetsAreNotBuilt(t *testing.T) {
	for _, name := range plannedPresets() {
		if preset.Set().Find(name) != nil {
			t.Errorf("%s is built: remove it from plannedPresets", name)
		}
	}
}
