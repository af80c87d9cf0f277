package smshttp

import (
	"net/url"
	"strings"

	"hookline.dev/hookline/internal/channel"
	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/markdown"
	"hookline.dev/hookline/internal/value"
)

// data are placeholders and what replaces them, in pairs. All are replaced in one pass, so what replaces one cannot
// contain another.
type data []string

// placeholders returns the placeholders for a message.
func placeholders(m channel.Message) data {
	text := channel.Fit(channel.WithSubject(m.Subject, m.Text), markdown.Plain().Render, channel.UTF16, maxText)
	return data{"{to}", m.To, "{number}", strings.TrimPrefix(m.To, "+"), "{text}", text, "{key}", channel.ID(m.Key)}
}

// in replaces the placeholders of a text.
func (d data) in(text string) string { return strings.NewReplacer(d...).Replace(text) }

// inURL replaces the placeholders of a URL. What replaces them stays within a path segment or a parameter.
func (d data) inURL(text string) string {
	escaped := make(data, len(d))
	for i := 0; i < len(d); i += 2 {
		escaped[i], escaped[i+1] = d[i], strings.ReplaceAll(url.QueryEscape(d[i+1]), "+", "%20")
	}
	return escaped.in(text)
}

// inForm writes a form.
func (d data) inForm(form decode.Map[string]) string {
	var pairs []string
	for _, field := range form {
		pairs = append(pairs, url.QueryEscape(field.Name)+"="+url.QueryEscape(d.in(field.Value)))
	}
	return strings.Join(pairs, "&")
}

// inJSON replaces the placeholders in the strings of a value.
func (d data) inJSON(v value.Value) value.Value {
	switch v.Kind() {
	case value.KindString:
		text, _ := v.Str()
		return value.String(d.in(text))
	case value.KindArray:
		var b value.ArrayBuilder
		for e := range v.Elements() {
			b.Add(d.inJSON(e))
		}
		return b.Value()
	case value.KindObject:
		var b value.ObjectBuilder
		for name, member := range v.Members() {
			b.Set(name, d.inJSON(member))
		}
		return b.Value()
	default:
		return v
	}
}
