package webhook_test

import (
	"testing"

	"hookline.dev/hookline/internal/channel/channeltest"
	"hookline.dev/hookline/internal/channel/webhook"
)

func TestKind(t *testing.T) { channeltest.Run(t, webhook.New, `{"ok":true}`) }
