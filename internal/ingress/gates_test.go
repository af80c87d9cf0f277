package ingress

import (
	"slices"
	"testing"

	"hookline.dev/hookline/internal/query"
)

// A query for a gate that is not in the list of package query would be refused.
func TestEveryGateCanBeQueried(t *testing.T) {
	names := []string{
		"method", gateAllow, gateBasic, gateToken, gateSignature, gateRate, gateLock, gateCORS, gateEvents, gateHead, gateFilter, gateDedupe, gateDecode, gateSchema,
	}
	for _, g := range column() {
		names = append(names, g.name)
	}
	for _, name := range names {
		if !slices.Contains(query.Gates(), name) {
			t.Errorf("queries do not know the gate %s", name)
		}
	}
}
