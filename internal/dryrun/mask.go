package dryrun

import (
	"encoding/base64"
	"net/url"
	"strings"

	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/vault"
)

// mask removes the secrets of an attempt from what it would have sent. Elsewhere short secrets stay, because a mask
// would tell a caller that a guess was right; here nobody but the author of the workflow sees the result, so short ones
// are removed too.
type mask struct {
	long  *vault.Masker
	short *strings.Replacer
	any   bool
}

func newMask(secrets []string) mask {
	m := mask{long: vault.NewMasker(secrets...)}
	var forms []string
	for _, s := range secrets {
		if s == "" {
			continue
		}
		m.any = true
		for _, form := range []string{s, url.QueryEscape(s), url.PathEscape(s), base64.StdEncoding.EncodeToString([]byte(s))} {
			forms = append(forms, form, vault.Mask)
		}
	}
	m.short = strings.NewReplacer(forms...)
	return m
}

func (m mask) text(s string) string {
	if !m.any {
		return s
	}
	return m.short.Replace(m.long.Text(s))
}

// effect masks an effect.
func (m mask) effect(x *Effect) {
	if !m.any {
		return
	}
	if r := x.Request; r != nil {
		r.URL = m.text(r.URL)
		for i := range r.Headers {
			r.Headers[i] = m.header(r.Headers[i])
		}
		r.Body = []byte(m.text(string(r.Body)))
	}
	if g := x.Message; g != nil {
		for _, text := range []*string{&g.To, &g.Subject, &g.Text, &g.HTML} {
			*text = m.text(*text)
		}
		for i := range g.Attachments {
			g.Attachments[i] = m.text(g.Attachments[i])
		}
	}
}

// header masks a header. Of credentials only the scheme stays: they may contain a short secret in an encoding together
// with other text.
func (m mask) header(h hook.Header) hook.Header {
	switch strings.ToLower(h.Name) {
	case "authorization", "cookie":
		scheme, _, found := strings.Cut(h.Value, " ")
		if h.Value = vault.Mask; found {
			h.Value = m.text(scheme) + " " + vault.Mask
		}
	default:
		h.Value = m.text(h.Value)
	}
	return h
}
