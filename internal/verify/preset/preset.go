package preset

import (
	"hookline.dev/hookline/internal/verify"
	"hookline.dev/hookline/internal/verify/preset/github"
)

// Set returns the presets.
func Set() *verify.Set {
	return verify.NewSet(
		github.New(),
	)
}
