package mattermost_test

import (
	"testing"

	"hookline.dev/hookline/internal/channel/channeltest"
	"hookline.dev/hookline/internal/channel/mattermost"
)

func TestKind(t *testing.T) { channeltest.Run(t, mattermost.New, "ok") }
