package recordfind_test

import (
	"testing"

	"hookline.dev/hookline/internal/node/nodetest"
	"hookline.dev/hookline/internal/node/recordfind"
)

func TestKind(t *testing.T) { nodetest.RunReading(t, recordfind.New) }
