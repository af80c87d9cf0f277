package delay_test

import (
	"testing"

	"hookline.dev/hookline/internal/node/delay"
	"hookline.dev/hookline/internal/node/nodetest"
)

func TestKind(t *testing.T) { nodetest.Run(t, delay.New()) }
