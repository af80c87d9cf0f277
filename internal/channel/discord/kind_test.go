package discord_test

import (
	"testing"

	"hookline.dev/hookline/internal/channel/channeltest"
	"hookline.dev/hookline/internal/channel/discord"
)

func TestKind(t *testing.T) {
	channeltest.Run(t, discord.New, `{"id":"1477000000000000001","channel_id":"1477000000000000002"}`)
}
