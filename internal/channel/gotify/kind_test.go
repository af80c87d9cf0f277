package gotify_test

import (
	"testing"

	"hookline.dev/hookline/internal/channel/channeltest"
	"hookline.dev/hookline/internal/channel/gotify"
)

func TestKind(t *testing.T) {
	channeltest.Run(t, gotify.New, `{"id":25,"appid":5,"message":"hello","title":"","priority":5,"date":"2026-03-01T12:00:00Z"}`)
}
