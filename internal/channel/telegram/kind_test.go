package telegram_test

import (
	"testing"

	"hookline.dev/hookline/internal/channel/channeltest"
	"hookline.dev/hookline/internal/channel/telegram"
)

func TestKind(t *testing.T) {
	channeltest.Run(t, telegram.New, `{"ok":true,"result":{"message_id":12,"chat":{"id":-1001,"type":"supergroup"}}}`)
}
