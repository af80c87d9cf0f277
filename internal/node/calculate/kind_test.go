package calculate_test

import (
	"testing"

	"hookline.dev/hookline/internal/node/calculate"
	"hookline.dev/hookline/internal/node/nodetest"
)

func TestKind(t *testing.T) { nodetest.Run(t, calculate.New()) }
