package recordaggregate_test

import (
	"testing"

	"hookline.dev/hookline/internal/node/nodetest"
	"hookline.dev/hookline/internal/node/recordaggregate"
)

func TestKind(t *testing.T) { nodetest.RunReading(t, recordaggregate.New) }
