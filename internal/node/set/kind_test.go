package set_test

import (
	"testing"

	"hookline.dev/hookline/internal/node/nodetest"
	"hookline.dev/hookline/internal/node/set"
)

func TestKind(t *testing.T) { nodetest.Run(t, set.New()) }
