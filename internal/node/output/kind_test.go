package output_test

import (
	"testing"

	"hookline.dev/hookline/internal/node/nodetest"
	"hookline.dev/hookline/internal/node/output"
)

func TestKind(t *testing.T) { nodetest.Run(t, output.New()) }
