package smshttp

import (
	"context"
	"net/http"
	"strings"

	"hookline.dev/hookline/internal/channel"
	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/outbound"
	"hookline.dev/hookline/internal/value"
)

// maxText is the longest text that is sent, in characters: ten parts of an SMS in the default alphabet.
const maxText = 1530

// config is the config of the kind.
type config struct {
	// URL to call. Placeholders are replaced and escaped: {to} by the number with +, {number} by the number without +,
	// {text} by the text, {key} by an id that is the same when the message is sent again.
	URL string `json:"url" required:"true"`
	// Method of the request.
	Method string `json:"method" enum:"POST,GET,PUT"`
	// Headers of the request. Credentials must use $env.
	Headers decode.Map[string] `json:"headers" max:"50"`
	// JSON is the body, in which strings may have placeholders.
	JSON value.Value `json:"json"`
	// Form is the body as form fields, which may have placeholders. It excludes json.
	Form decode.Map[string] `json:"form" max:"50"`
	// OK says which answer with a 2xx status means success, for providers that report failures with status 200.
	OK *okRule `json:"ok"`
}

// okRule is the condition for success.
type okRule struct {
	// Member of the answer's JSON, with dots between levels.
	Member string `json:"member" required:"true"`
	// Value that the member must have, as text.
	Value string `json:"value"`
}

type kind struct{ client *outbound.Client }

// New returns the kind.
func New(client *outbound.Client) channel.Kind { return kind{client} }

// Info describes the kind.
func (kind) Info() channel.Info {
	return channel.Info{
		Type: "sms-http", Title: "SMS over HTTP", Summary: "Sends SMS with any provider that has an HTTP API.",
		Docs: "https://www.rfc-editor.org/rfc/rfc9110",
		To:   channel.RequiredRecipient, ToHelp: "a telephone number with + and country code", MaxText: maxText,
	}
}

// Compile checks a config.
func (k kind) Compile(v value.Value) (channel.Channel, []decode.Problem) {
	s, written, r := channel.Read(v, config{Method: "POST"})
	r.URL("url", written.URL)
	if !written.JSON.IsMissing() && len(written.Form) > 0 {
		r.Problem("form", "cannot be combined with json; keep one of them")
	}
	if written.Method == http.MethodGet && (!written.JSON.IsMissing() || len(written.Form) > 0) {
		r.Problem("method", "a GET has no body: put the placeholders into the url")
	}
	for _, h := range written.Headers {
		if isCredential(h.Name) && channel.Fixed(h.Value) {
			r.Secret(decode.Join("headers", decode.Name(h.Name)))
		}
		if !outbound.Sendable(h.Name) {
			r.Problem(decode.Join("headers", decode.Name(h.Name)), "is not a header that can be set")
		}
	}
	if text := v.Text(); r.Clean() && (!strings.Contains(text, "{text}") || !strings.Contains(text, "{to}") && !strings.Contains(text, "{number}")) {
		r.Problem("url", "url, json or form must have the placeholder {text}, and {to} or {number}")
	}
	return r.Done(provider{s, k.client})
}

// isCredential reports whether a header usually has a secret.
func isCredential(name string) bool {
	name = strings.ToLower(name)
	for _, part := range []string{"authorization", "cookie", "token", "secret", "key"} {
		if strings.Contains(name, part) {
			return true
		}
	}
	return false
}

type provider struct {
	channel.Settings[config]
	client *outbound.Client
}

// CheckTo returns what is wrong with a recipient.
func (provider) CheckTo(to string) string { return channel.CheckPhone(to) }

// Send calls the provider.
func (p provider) Send(ctx context.Context, m channel.Message, secrets channel.Secrets) (value.Value, error) {
	c, err := p.Resolve(secrets)
	if err != nil {
		return value.Value{}, err
	}
	data := placeholders(m)
	call := channel.Call{Method: c.Method, URL: data.inURL(c.URL), Header: make(http.Header), Now: m.Now}
	switch {
	case !c.JSON.IsMissing():
		call.Header.Set("Content-Type", "application/json; charset=utf-8")
		call.Body = []byte(data.inJSON(c.JSON).Text())
	case len(c.Form) > 0:
		call.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		call.Body = []byte(data.inForm(c.Form))
	}
	for _, h := range c.Headers {
		call.Header.Add(h.Name, h.Value)
	}
	if c.OK != nil {
		call.Refused = c.OK.refused
	}
	answer, err := channel.Do(ctx, p.client, call)
	if err != nil {
		return value.Value{}, err
	}
	if !answer.JSON.IsMissing() {
		return answer.JSON, nil
	}
	return value.String(channel.Clean(answer.Text, 300)), nil
}

// refused reports an answer that does not mean success. Whether the provider would accept the message later is not
// known, and a repeated SMS costs money, so the error is final.
func (rule okRule) refused(a channel.Answer) *channel.Error {
	v := a.JSON
	for name := range strings.SplitSeq(rule.Member, ".") {
		v = v.Get(name)
	}
	text, ok := v.Str()
	if !ok {
		text = v.Text()
	}
	if !v.IsMissing() && text == rule.Value {
		return nil
	}
	return &channel.Error{Message: "the provider refused the message: " + channel.Clean(a.Text, 200), Final: true}
}
