package aliyunsms_test

import (
	"testing"

	"hookline.dev/hookline/internal/channel/aliyunsms"
	"hookline.dev/hookline/internal/channel/channeltest"
)

func TestKind(t *testing.T) {
	channeltest.Run(t, aliyunsms.New, `{"Code":"OK","Message":"OK","BizId":"900619746936498440^0","RequestId":"F655A8D5"}`)
}
