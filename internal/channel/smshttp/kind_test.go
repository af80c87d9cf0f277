package smshttp_test

import (
	"testing"

	"hookline.dev/hookline/internal/channel/channeltest"
	"hookline.dev/hookline/internal/channel/smshttp"
)

func TestKind(t *testing.T) { channeltest.Run(t, smshttp.New, `{"code":0,"id":"m1"}`) }
