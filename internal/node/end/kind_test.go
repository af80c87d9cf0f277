package end_test

import (
	"testing"

	"hookline.dev/hookline/internal/node/end"
	"hookline.dev/hookline/internal/node/nodetest"
)

func TestKind(t *testing.T) { nodetest.Run(t, end.New()) }
