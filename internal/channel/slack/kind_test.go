package slack_test

import (
	"testing"

	"hookline.dev/hookline/internal/channel/channeltest"
	"hookline.dev/hookline/internal/channel/slack"
)

func TestKind(t *testing.T) { channeltest.Run(t, slack.New, "ok") }
