package preset_test

import (
	"strings"
	"testing"
	"time"

	"hookline.dev/hookline/internal/verify"
	"hookline.dev/hookline/internal/verify/verifytest"
)

// TestGenericHMACVerifiesOtherProviders verifies calls of presets that have the same scheme.
func TestGenericHMACVerifiesOtherProviders(t *testing.T) {
	for provider, keys := range map[string]map[string]string{
		"github":       {"header": "X-Hub-Signature-256", "prefix": "sha256="},
		"github-sha1":  {"header": "X-Hub-Signature", "prefix": "sha1=", "alg": "sha1"},
		"typeform":     {"header": "Typeform-Signature", "prefix": "sha256=", "encoding": "base64"},
		"paystack":     {"header": "x-paystack-signature", "alg": "sha512"},
		"adyen-header": {"header": "HmacSignature", "encoding": "base64", "key": "hex"},
		"slack":        {"header": "X-Slack-Signature", "prefix": "v0=", "signed": "v0:{ts}:{body}", "timestampHeader": "X-Slack-Request-Timestamp"},
		"zendesk": {"header": "X-Zendesk-Webhook-Signature", "encoding": "base64", "signed": "{ts}{body}",
			"timestampHeader": "X-Zendesk-Webhook-Signature-Timestamp", "timestampUnit": "iso8601"},
		"twitch": {"header": "Twitch-Eventsub-Message-Signature", "prefix": "sha256=", "signed": "{id}{ts}{body}", "idHeader": "Twitch-Eventsub-Message-Id",
			"timestampHeader": "Twitch-Eventsub-Message-Timestamp", "timestampUnit": "iso8601"},
		"square": {"header": "x-square-hmacsha256-signature", "encoding": "base64", "signed": "{url}{body}"},
	} {
		for _, vector := range verifytest.Vectors(t, provider) {
			c := vector.Config(verify.Info{})
			c.Keys = keys
			c.Tolerance = find(t, provider).Info().Tolerance
			v, problems := find(t, "generic-hmac").Compile(c)
			if len(problems) > 0 {
				t.Fatalf("%s: %v", provider, problems)
			}
			if got := v.Verify(t.Context(), vector.Call()); got.OK() != (vector.Expect == "accept") {
				t.Errorf("%s, %s: %+v", provider, vector.Case, got)
			}
		}
	}
}

func TestGenericHMACProblemsNameTheKey(t *testing.T) {
	for name, tt := range map[string]struct {
		keys map[string]string
		path string
		text string
	}{
		"no header":             {nil, "keys.header", "is missing: the header that carries the signature"},
		"empty header":          {map[string]string{"header": ""}, "keys.header", "is missing"},
		"bad header":            {map[string]string{"header": "X Sig"}, "keys.header", `"X Sig" is not the name of a header`},
		"algorithm":             {map[string]string{"alg": "sha-256"}, "keys.alg", `did you mean "sha256"?`},
		"md5":                   {map[string]string{"alg": "md5"}, "keys.alg", "must be one of sha1, sha256, sha512"},
		"encoding":              {map[string]string{"encoding": "base32"}, "keys.encoding", `did you mean "base64"?`},
		"token":                 {map[string]string{"signed": "{Body}"}, "keys.signed", `has unknown token "{Body}"; did you mean "{body}"?`},
		"open brace":            {map[string]string{"signed": "{body"}, "keys.signed", "has a { without a }"},
		"no body":               {map[string]string{"signed": "{url}"}, "keys.signed", "does not contain {body}"},
		"time from nowhere":     {map[string]string{"signed": "{ts}.{body}"}, "keys.signed", "signs {ts}, but no header is named"},
		"time that is not used": {map[string]string{"timestampHeader": "X-Time"}, "keys.timestampHeader", "not signed and so proves nothing"},
		"unit":                  {map[string]string{"timestampHeader": "X-Time", "timestampUnit": "sec", "signed": "{ts}{body}"}, "keys.timestampUnit", "must be one of s, ms, iso8601"},
		"id from nowhere":       {map[string]string{"signed": "{id}{body}"}, "keys.signed", "signs {id}, but no header is named"},
		"unit of no time":       {map[string]string{"timestampUnit": "ms"}, "keys.timestampUnit", "has no effect without a timestamp: name its header in keys.timestampHeader"},
		"id that is not signed": {map[string]string{"idHeader": "X-Id"}, "keys.idHeader", "has no effect: the signed text does not have {id}; put it into keys.signed"},
		"unknown key":           {map[string]string{"algorithm": "sha256"}, "keys.algorithm", "unknown key"},
		"key form":              {map[string]string{"key": "raw"}, "keys.key", "must be one of text, hex, base64, whsec"},
	} {
		if _, ok := tt.keys["header"]; !ok && name != "no header" {
			tt.keys["header"] = "X-Sig"
		}
		v, problems := find(t, "generic-hmac").Compile(verify.Config{Secrets: []string{"s"}, Keys: tt.keys})
		if len(problems) != 1 || problems[0].Path != tt.path || !strings.Contains(problems[0].Message, tt.text) {
			t.Errorf("%s: got %v, want one at %s with %q", name, problems, tt.path, tt.text)
		}
		if got := v.Verify(t.Context(), verify.Call{}); got.Reason != verify.NoSecret {
			t.Errorf("%s: the verifier beside a problem says %+v", name, got)
		}
	}
	_, problems := find(t, "generic-hmac").Compile(verify.Config{Secrets: []string{"s"}, Keys: map[string]string{"header": "X-Sig"}, Tolerance: time.Minute})
	if len(problems) != 1 || problems[0].Path != "tolerance" {
		t.Errorf("a tolerance without a timestamp: %v", problems)
	}
	_, problems = find(t, "generic-hmac").Compile(verify.Config{Secrets: []string{"good", "xyz"}, Keys: map[string]string{"header": "X-Sig", "key": "hex"}})
	if len(problems) != 2 || problems[0].Path != "secrets[0]" || strings.Contains(problems[0].Message, "good") {
		t.Errorf("secrets that are no hex: %v", problems)
	}
}
