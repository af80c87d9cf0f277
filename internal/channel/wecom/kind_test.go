package wecom_test

import (
	"testing"

	"hookline.dev/hookline/internal/channel/channeltest"
	"hookline.dev/hookline/internal/channel/wecom"
)

func TestKind(t *testing.T) { channeltest.Run(t, wecom.New, `{"errcode":0,"errmsg":"ok"}`) }
