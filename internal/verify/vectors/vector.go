package vectors

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"hookline.dev/hookline/internal/verify"
)

// Vector is a call and the verdict that it must get.
type Vector struct {
	ID           string                     `json:"id"`
	Provider     string                     `json:"provider"`
	Preset       string                     `json:"preset"` // "": the provider's name
	Case         string                     `json:"case"`
	Method       string                     `json:"method"`
	BaseURL      string                     `json:"base_url"` // "": https://example.com
	PathAndQuery string                     `json:"path_and_query"`
	Headers      map[string]Lines           `json:"headers"`
	Body         string                     `json:"body"`
	BodyBase64   []byte                     `json:"body_base64"` // instead of Body
	Secret       *string                    `json:"secret"`
	Secrets      []string                   `json:"secrets"` // instead of Secret
	Keys         map[string]json.RawMessage `json:"keys"`
	Now          int64                      `json:"now"` // Unix seconds; 0: timestamps are not compared with the time

	Expect       string    `json:"expect"`        // accept or reject
	RejectReason string    `json:"reject_reason"` // see Reasons
	DeliveryID   Scalar    `json:"expect_delivery_id"`
	EventType    Scalar    `json:"expect_event_type"`
	Plaintext    *string   `json:"expect_plaintext"` // expected plaintext of an encrypted body
	Response     *Response `json:"expect_response"`  // expected response to a handshake
}

// Lines are the lines of one header: in JSON, a string or an array of strings.
type Lines []string

// UnmarshalJSON implements json.Unmarshaler.
func (l *Lines) UnmarshalJSON(text []byte) error {
	if strings.HasPrefix(string(text), "[") {
		return json.Unmarshal(text, (*[]string)(l))
	}
	*l = Lines{""}
	return json.Unmarshal(text, &(*l)[0])
}

// Scalar is a JSON string, or a number as it is written.
type Scalar string

// UnmarshalJSON implements json.Unmarshaler.
func (s *Scalar) UnmarshalJSON(text []byte) error {
	if strings.HasPrefix(string(text), `"`) {
		return json.Unmarshal(text, (*string)(s))
	}
	*s = Scalar(text)
	return nil
}

// Response is the expected response to a handshake. Headers are prefixes of header values.
type Response struct {
	Status  int               `json:"status"`
	Headers map[string]string `json:"headers"`
	Body    *string           `json:"body"`
	JSON    json.RawMessage   `json:"body_json"` // instead of Body, compared as a JSON value
}

// Read reads a file of vectors. It sets Preset to the provider's name if the file omits it.
func Read(r io.Reader) ([]Vector, error) {
	var list []Vector
	if err := json.NewDecoder(r).Decode(&list); err != nil {
		return nil, err
	}
	for i := range list {
		v := &list[i]
		if v.Preset == "" {
			v.Preset = v.Provider
		}
		if v.Expect != "accept" && v.Expect != "reject" {
			return nil, fmt.Errorf("vector %d (%s): expect is %q; it must be accept or reject", i, v.ID, v.Expect)
		}
	}
	return list, nil
}

// Call returns the vector's call.
func (v *Vector) Call() verify.Call {
	c := verify.Call{Method: v.Method, URL: v.url(), Header: http.Header{}, Body: []byte(v.Body), At: time.Unix(v.Now, 0)}
	if v.BodyBase64 != nil {
		c.Body = v.BodyBase64
	}
	_, c.Query, _ = strings.Cut(v.PathAndQuery, "?")
	for name, lines := range v.Headers {
		c.Header[http.CanonicalHeaderKey(name)] = lines
	}
	return c
}

// url returns the URL that the sender knows: the one entered in its settings if that is signed.
func (v *Vector) url() string {
	if entered := v.Key("notification_url"); entered != "" {
		return entered
	}
	if v.BaseURL == "" {
		return "https://example.com" + v.PathAndQuery
	}
	return v.BaseURL + v.PathAndQuery
}

// Key returns a key as a workflow would write it: a string, or JSON for any other type. A missing key is "".
func (v *Vector) Key(name string) string {
	var text string
	if raw, ok := v.Keys[name]; ok && json.Unmarshal(raw, &text) != nil {
		return string(raw)
	}
	return text
}

// anyTime is a tolerance that covers every timestamp.
const anyTime = 200 * 365 * 24 * time.Hour

// Config returns the vector's configuration for the described preset.
func (v *Vector) Config(info verify.Info) verify.Config {
	c := verify.Config{Secrets: v.Secrets, Keys: map[string]string{}}
	switch {
	case len(v.Secrets) > 0:
	case v.Secret != nil:
		c.Secrets = []string{*v.Secret}
	case info.Secrets > 0: // a handshake that is proven by a key alone
		c.Secrets = []string{"unused"}
	}
	for _, k := range info.Keys {
		if _, ok := v.Keys[k.Name]; ok {
			c.Keys[k.Name] = v.Key(k.Name)
		}
	}
	if v.Now == 0 && strings.Contains(info.Signs, "{ts}") {
		c.Tolerance = anyTime
	}
	return c
}
