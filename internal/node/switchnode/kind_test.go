package switchnode_test

import (
	"testing"

	"hookline.dev/hookline/internal/node/nodetest"
	"hookline.dev/hookline/internal/node/switchnode"
)

func TestKind(t *testing.T) { nodetest.Run(t, switchnode.New()) }
