package kinds

import (
	"hookline.dev/hookline/internal/channel"
	"hookline.dev/hookline/internal/channel/slack"
	"hookline.dev/hookline/internal/outbound"
)

// Set returns the kinds, in the order of the reference page. client may be nil if nothing is sent.
func Set(client *outbound.Client) *channel.Set {
	return channel.NewSet(
		slack.New(client),
	)
}
