package recorddelete_test

import (
	"testing"

	"hookline.dev/hookline/internal/node/nodetest"
	"hookline.dev/hookline/internal/node/recorddelete"
)

func TestKind(t *testing.T) { nodetest.Run(t, recorddelete.New()) }
