package ntfy_test

import (
	"testing"

	"hookline.dev/hookline/internal/channel/channeltest"
	"hookline.dev/hookline/internal/channel/ntfy"
)

func TestKind(t *testing.T) {
	channeltest.Run(t, ntfy.New, `{"id":"xE73Iyuabi","time":1772366400,"event":"message","topic":"ops","message":"hello"}`)
}
