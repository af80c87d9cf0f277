package fail_test

import (
	"testing"

	"hookline.dev/hookline/internal/node/fail"
	"hookline.dev/hookline/internal/node/nodetest"
)

func TestKind(t *testing.T) { nodetest.Run(t, fail.New()) }
