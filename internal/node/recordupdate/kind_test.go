package recordupdate_test

import (
	"testing"

	"hookline.dev/hookline/internal/node/nodetest"
	"hookline.dev/hookline/internal/node/recordupdate"
)

func TestKind(t *testing.T) { nodetest.Run(t, recordupdate.New()) }
