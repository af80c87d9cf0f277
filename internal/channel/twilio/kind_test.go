package twilio_test

import (
	"testing"

	"hookline.dev/hookline/internal/channel/channeltest"
	"hookline.dev/hookline/internal/channel/twilio"
)

func TestKind(t *testing.T) { channeltest.Run(t, twilio.New, `{"sid":"SM0123","status":"queued"}`) }
