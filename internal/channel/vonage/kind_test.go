package vonage_test

import (
	"testing"

	"hookline.dev/hookline/internal/channel/channeltest"
	"hookline.dev/hookline/internal/channel/vonage"
)

func TestKind(t *testing.T) {
	channeltest.Run(t, vonage.New, `{"message-count":"1","messages":[{"to":"4915112345678","message-id":"0C01","status":"0","remaining-balance":"15.5","message-price":"0.03","network":"26201"}]}`)
}
