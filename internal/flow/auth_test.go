package flow_test

import (
	"net/netip"
	"testing"

	"hookline.dev/hookline/internal/flow"
)

func TestAnAuthIsOpenWhenItKeepsNobodyOut(t *testing.T) {
	signed := flow.Gates{Signature: &flow.Signature{Preset: "github"}}
	observed := flow.Gates{Signature: &flow.Signature{Preset: "github", Observe: true}}
	token := flow.Gates{Token: &flow.TokenAuth{Header: "X-T", Value: "t"}}
	office := flow.Gates{AllowIPs: []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}}
	both := observed
	both.Token = token.Token
	for name, c := range map[string]struct {
		auth flow.Auth
		open bool
	}{
		"nothing":                         {flow.Auth{}, true},
		"none":                            {flow.Auth{None: true}, true},
		"a token":                         {flow.Auth{Gates: token}, false},
		"a signature":                     {flow.Auth{Gates: signed}, false},
		"a signature that is observed":    {flow.Auth{Gates: observed}, true},
		"observed beside a token":         {flow.Auth{Gates: both}, false},
		"addresses":                       {flow.Auth{Gates: office}, false},
		"alternatives":                    {flow.Auth{Any: []flow.Gates{token, signed}}, false},
		"an alternative that is observed": {flow.Auth{Any: []flow.Gates{token, observed}}, true},
		"observed beside alternatives":    {flow.Auth{Gates: observed, Any: []flow.Gates{token, office}}, false},
	} {
		if got := c.auth.Open(); got != c.open {
			t.Errorf("%s: open is %v", name, got)
		}
	}
}
