package preset

import (
	"hookline.dev/hookline/internal/verify"
	"hookline.dev/hookline/internal/verify/preset/generichmac"
	"hookline.dev/hookline/internal/verify/preset/generictoken"
	"hookline.dev/hookline/internal/verify/preset/github"
	"hookline.dev/hookline/internal/verify/preset/slack"
	"hookline.dev/hookline/internal/verify/preset/standardwebhooks"
	"hookline.dev/hookline/internal/verify/preset/stripe"
)

// Set returns the presets.
func Set() *verify.Set {
	return verify.NewSet(
		generichmac.New(),
		generictoken.New(),
		github.New(),
		slack.New(),
		standardwebhooks.New(),
		stripe.New(),
	)
}
