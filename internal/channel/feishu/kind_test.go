package feishu_test

import (
	"testing"

	"hookline.dev/hookline/internal/channel/channeltest"
	"hookline.dev/hookline/internal/channel/feishu"
)

func TestKind(t *testing.T) { channeltest.Run(t, feishu.New, `{"code":0,"msg":"success","data":{}}`) }
