package matrix_test

import (
	"testing"

	"hookline.dev/hookline/internal/channel/channeltest"
	"hookline.dev/hookline/internal/channel/matrix"
)

func TestKind(t *testing.T) { channeltest.Run(t, matrix.New, `{"event_id":"$example"}`) }
