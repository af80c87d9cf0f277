package parallel_test

import (
	"testing"

	"hookline.dev/hookline/internal/node/nodetest"
	"hookline.dev/hookline/internal/node/parallel"
)

func TestKind(t *testing.T) { nodetest.Run(t, parallel.New()) }
