package recordcreate_test

import (
	"testing"

	"hookline.dev/hookline/internal/node/nodetest"
	"hookline.dev/hookline/internal/node/recordcreate"
)

func TestKind(t *testing.T) { nodetest.Run(t, recordcreate.New()) }
