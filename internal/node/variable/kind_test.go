package variable_test

import (
	"testing"

	"hookline.dev/hookline/internal/node/nodetest"
	"hookline.dev/hookline/internal/node/variable"
)

func TestKind(t *testing.T) { nodetest.Run(t, variable.New()) }
