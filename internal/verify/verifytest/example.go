package verifytest

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/verify"
)

// ExampleSecret is a secret that every preset accepts: it is valid text, hex and base64, and a valid whsec_
// secret.
const ExampleSecret = "00ff00ff00ff00ff00ff00ff"

// RequiredKeys returns the keys that a preset requires, with their example values.
func RequiredKeys(p verify.Preset) map[string]string {
	keys := make(map[string]string)
	_, problems := p.Compile(verify.Config{Secrets: []string{ExampleSecret}})
	for _, k := range p.Info().Keys {
		if slices.ContainsFunc(problems, func(p decode.Problem) bool { return p.Path == decode.Join("keys", k.Name) }) {
			keys[k.Name] = k.Example
		}
	}
	return keys
}

// Example returns a call with everything that a preset may sign, except the signature.
func Example(info verify.Info) verify.Call {
	call := verify.Call{
		Method: http.MethodPost, URL: "https://example.com/api/webhooks/x?a=1", Query: "a=1", Header: http.Header{},
		Body: []byte(`{"id":"e1","type":"a","webhookTimestamp":1700000000000,"signature":{"timestamp":"1700000000","token":"t"}}`),
		At:   time.Unix(1700000000, 0),
	}
	for rest := info.Signs; ; {
		_, after, found := strings.Cut(rest, "{header:")
		if !found {
			return call
		}
		name, behind, _ := strings.Cut(after, "}")
		call.Header.Set(name, "n")
		rest = behind
	}
}
