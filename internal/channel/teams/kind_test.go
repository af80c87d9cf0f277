package teams_test

import (
	"testing"

	"hookline.dev/hookline/internal/channel/channeltest"
	"hookline.dev/hookline/internal/channel/teams"
)

func TestKind(t *testing.T) { channeltest.Run(t, teams.New, "") }
