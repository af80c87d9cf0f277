package dingtalk_test

import (
	"testing"

	"hookline.dev/hookline/internal/channel/channeltest"
	"hookline.dev/hookline/internal/channel/dingtalk"
)

func TestKind(t *testing.T) { channeltest.Run(t, dingtalk.New, `{"errcode":0,"errmsg":"ok"}`) }
