package response_test

import (
	"testing"

	"hookline.dev/hookline/internal/node/nodetest"
	"hookline.dev/hookline/internal/node/response"
)

func TestKind(t *testing.T) { nodetest.Run(t, response.New()) }
