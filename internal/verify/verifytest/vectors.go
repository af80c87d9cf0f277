package verifytest

import (
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"hookline.dev/hookline/internal/verify"
)

//go:embed testdata/vectors.json
var vectorsText []byte

// Vector is a call and the verdict that it must get.
type Vector struct {
	ID           string           `json:"id"`
	Provider     string           `json:"provider"`
	Preset       string           `json:"preset"`
	Case         string           `json:"case"`
	Method       string           `json:"method"`
	BaseURL      string           `json:"base_url"`
	PathAndQuery string           `json:"path_and_query"`
	Headers      map[string]lines `json:"headers"`
	Body         string           `json:"body"`
	BodyBase64   string           `json:"body_base64"`
	Secret       *string          `json:"secret"`
	Secrets      []string         `json:"secrets"` // instead of Secret
	Keys         map[string]any   `json:"keys"`
	Now          int64            `json:"now"` // Unix seconds; 0: the window is not looked at
	Expect       string           `json:"expect"`
	RejectReason string           `json:"reject_reason"`
	DeliveryID   scalar           `json:"expect_delivery_id"`
	EventType    scalar           `json:"expect_event_type"`
	Response     *Response        `json:"expect_response"`
}

// lines are the lines of a header: a string, or a list of strings.
type lines []string

// UnmarshalJSON implements json.Unmarshaler.
func (l *lines) UnmarshalJSON(text []byte) error {
	if strings.HasPrefix(string(text), "[") {
		return json.Unmarshal(text, (*[]string)(l))
	}
	*l = make(lines, 1)
	return json.Unmarshal(text, &(*l)[0])
}

// scalar is a string, or a number as it is written.
type scalar string

// UnmarshalJSON implements json.Unmarshaler.
func (s *scalar) UnmarshalJSON(text []byte) error {
	*s = scalar(strings.Trim(string(text), `"`))
	return nil
}

// Response is the answer of a handshake.
type Response struct {
	Status  int               `json:"status"`
	Headers map[string]string `json:"headers"`
	Body    *string           `json:"body"`
	JSON    json.RawMessage   `json:"body_json"` // instead of Body, in any form
}

// Vectors returns those of one preset.
func Vectors(tb testing.TB, preset string) []Vector {
	tb.Helper()
	var all, some []Vector
	if err := json.Unmarshal(vectorsText, &all); err != nil {
		tb.Fatal(err)
	}
	for _, v := range all {
		if v.Preset == "" {
			v.Preset = v.Provider
		}
		if v.Preset == preset {
			some = append(some, v)
		}
	}
	return some
}

// Call is the vector's call.
func (v Vector) Call(tb testing.TB) verify.Call {
	tb.Helper()
	c := verify.Call{Method: v.Method, URL: v.url(), Header: http.Header{}, Body: []byte(v.Body), At: time.Unix(v.Now, 0)}
	if v.BodyBase64 != "" {
		var err error
		if c.Body, err = base64.StdEncoding.DecodeString(v.BodyBase64); err != nil {
			tb.Fatal(err)
		}
	}
	_, c.Query, _ = strings.Cut(v.PathAndQuery, "?")
	for name, values := range v.Headers {
		c.Header[http.CanonicalHeaderKey(name)] = values
	}
	return c
}

// url is what the sender believes the URL to be: what was entered in its settings, where that counts.
func (v Vector) url() string {
	if entered, ok := v.Keys["notification_url"].(string); ok {
		return entered
	}
	if v.BaseURL == "" {
		return "https://example.com" + v.PathAndQuery
	}
	return v.BaseURL + v.PathAndQuery
}

// anyTime is a tolerance that every timestamp keeps.
const anyTime = 200 * 365 * 24 * time.Hour

// Config is the vector's configuration for a preset that takes these keys.
func (v Vector) Config(tb testing.TB, info verify.Info) verify.Config {
	tb.Helper()
	c := verify.Config{Keys: map[string]string{}}
	switch {
	case len(v.Secrets) > 0:
		c.Secrets = v.Secrets
	case v.Secret != nil:
		c.Secrets = []string{*v.Secret}
	case info.Secrets > 0: // a handshake that is proven by a key
		c.Secrets = []string{"unused"}
	}
	for _, k := range info.Keys {
		switch value := v.Keys[k.Name].(type) {
		case nil:
		case string:
			c.Keys[k.Name] = value
		default:
			text, err := json.Marshal(value)
			if err != nil {
				tb.Fatal(err)
			}
			c.Keys[k.Name] = string(text)
		}
	}
	if v.Now == 0 && strings.Contains(info.Signs, "{ts}") {
		c.Tolerance = anyTime
	}
	return c
}

// Reasons are what a reject_reason of the vectors is here.
func Reasons(reject string) []verify.Reason {
	switch reject {
	case "missing_signature":
		return []verify.Reason{verify.Missing}
	case "bad_signature_format", "bad_timestamp":
		return []verify.Reason{verify.Malformed}
	case "signature_mismatch", "wrong_token":
		return []verify.Reason{verify.Mismatch}
	case "stale_timestamp":
		return []verify.Reason{verify.Stale, verify.Future}
	case "missing_timestamp":
		return []verify.Reason{verify.NoTimestamp}
	case "missing_id":
		return []verify.Reason{verify.NoID}
	case "wrong_key_id", "unknown_key_id":
		return []verify.Reason{verify.OtherKey}
	default:
		return nil
	}
}
