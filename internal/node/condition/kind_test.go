package condition_test

import (
	"testing"

	"hookline.dev/hookline/internal/node/condition"
	"hookline.dev/hookline/internal/node/nodetest"
)

func TestKind(t *testing.T) { nodetest.Run(t, condition.New()) }
