package loop_test

import (
	"testing"

	"hookline.dev/hookline/internal/node/loop"
	"hookline.dev/hookline/internal/node/nodetest"
)

func TestKind(t *testing.T) { nodetest.Run(t, loop.New()) }
