package document

import (
	"fmt"
	"slices"
	"strings"

	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/errorcode"
	"hookline.dev/hookline/internal/expr"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/value"
	"hookline.dev/hookline/internal/verify"
)

// signature checks a signature against its preset: required and unknown names, and whether the preset accepts the
// values. Values from $env are not known here. The gate checks them when the workflow goes live, and refuses every
// call if one is wrong.
func (c *compiler) signature(at string, s *flow.Signature) {
	if s == nil {
		return
	}
	before := len(c.problems)
	config, fixed := c.signatureConfig(at, s)
	preset := c.known.Presets.Find(s.Preset)
	if preset == nil {
		if s.Preset != "" {
			c.problem(errorcode.UnknownName, at+".preset", "%s", unknownPreset(s.Preset, c.known.Presets))
		}
		return
	}
	info := preset.Info()
	if !c.unsure.hasProblem(at+".secrets") && !c.unsure.hasProblem(at+".secret") {
		c.secretCount(at+".secrets", info, len(s.Secrets))
	}
	c.keyNames(at+".keys", info, s.Keys, fixed)
	if s.Tolerance != 0 && info.Tolerance == 0 && !c.unsure.hasProblem(at+".tolerance") {
		c.problem(errorcode.NoEffect, at+".tolerance", "has no effect: the preset %s signs no timestamp; leave it out", info.Name)
	}
	if s.URL != "" && !signsURL(info, s.Keys) && !c.unsure.hasProblem(at+".url") {
		c.problem(errorcode.NoEffect, at+".url", "has no effect: the URL is not signed; leave it out")
	}
	if len(c.problems) > before || c.unsure.hasProblem(at) || !allKeys(fixed) {
		return // further problems would only follow from these, or from unknown values
	}
	_, problems := preset.Compile(config)
	for _, p := range problems {
		if known, named := fixed[p.Path]; known || !named {
			c.problem(p.Code, decode.Join(at, p.Path), "%s", p.Message)
		}
	}
}

// allKeys reports whether the value of every key is known. What a preset says about one key may depend on another.
func allKeys(fixed map[string]bool) bool {
	for path, known := range fixed {
		if !known && strings.HasPrefix(path, "keys") {
			return false
		}
	}
	return true
}

// signatureConfig compiles the templates and returns the config. fixed reports, for each path below the signature,
// whether its value is known at compile time. Unknown values are empty.
func (c *compiler) signatureConfig(at string, s *flow.Signature) (verify.Config, map[string]bool) {
	config := verify.Config{Tolerance: s.Tolerance, Keys: make(map[string]string)}
	fixed := make(map[string]bool)
	constant := func(path, text string) string {
		plain, known := "", text == ""
		if t := c.secret(at+"."+path, text); t != nil {
			var v value.Value
			if v, known = t.Constant(); known {
				plain = plainText(v)
			}
		}
		fixed[path] = known
		return plain
	}
	for i, secret := range s.Secrets {
		config.Secrets = append(config.Secrets, constant("secrets"+decode.Index(i), secret))
	}
	for name, v := range s.Keys.Members() {
		if text, ok := v.Str(); ok {
			config.Keys[name] = constant(keyPath(name), text)
		}
	}
	return config, fixed
}

func keyPath(name string) string { return decode.Join("keys", decode.Name(name)) }

func plainText(v value.Value) string {
	if text, ok := v.Str(); ok {
		return text
	}
	return v.Text()
}

// secretOptions returns the options for templates in fields that may hold secrets.
func secretOptions() expr.Options {
	return expr.Options{Secrets: true, Roots: []string{"env"}}
}

// signsURL reports whether the signature covers the URL. For generic presets keys.signed decides; verify.Scheme
// describes its variables.
func signsURL(info verify.Info, keys value.Value) bool {
	signed := info.Signs
	if text, ok := keys.Get("signed").Str(); ok {
		signed = text
	}
	return info.URL || strings.Contains(signed, "{url}") || strings.Contains(signed, "{{")
}

func (c *compiler) secretCount(at string, info verify.Info, n int) {
	switch needed := requiredKeys(info); {
	case n == 0 && info.Secrets == 1:
		c.problem(errorcode.Required, at, `is required: the preset %s needs a secret, as in secrets: ["{{$env.SECRET}}"]`, info.Name)
	case n < info.Secrets:
		c.problem(errorcode.Required, at, "the preset %s needs at least %d secrets, not %d", info.Name, info.Secrets, n)
	case n > 0 && info.Secrets == 0 && len(needed) > 0:
		c.problem(errorcode.NoEffect, at, "the preset %s takes no secrets; write what it needs under keys: %s", info.Name, strings.Join(needed, ", "))
	}
}

// keyNames checks the names under keys.
func (c *compiler) keyNames(at string, info verify.Info, keys value.Value, fixed map[string]bool) {
	if c.unsure.hasProblem(at) {
		return
	}
	var names []string
	for _, k := range info.Keys {
		names = append(names, k.Name)
	}
	if len(names) == 0 && keys.Len() > 0 {
		c.problem(errorcode.NoEffect, at, "has no effect: the preset %s takes none; leave it out", info.Name)
		return
	}
	for name := range keys.Members() {
		if !slices.Contains(names, name) {
			c.problem(errorcode.UnknownName, decode.Join(at, decode.Name(name)), "%s", unknownKey(name, names))
		}
	}
	for _, name := range requiredKeys(info) {
		text, _ := keys.Get(name).Str()
		switch here := decode.Join(at, decode.Name(name)); {
		case keys.Get(name).IsMissing():
			c.problem(errorcode.Required, here, "is required by the preset %s", info.Name)
		case text == "" && fixed[keyPath(name)]:
			c.problem(errorcode.Required, here, "is required by the preset %s and must not be empty", info.Name)
		}
	}
}

func requiredKeys(info verify.Info) []string {
	var names []string
	for _, k := range info.Keys {
		if k.Required {
			names = append(names, k.Name)
		}
	}
	return names
}

// unknownKey recognizes other products' names for the keys of generic presets.
func unknownKey(name string, names []string) string {
	meant := map[string]string{
		"algorithm": "alg", "algo": "alg", "hash": "alg", "digest": "encoding", "format": "encoding",
		"payload": "signed", "template": "signed", "content": "signed", "name": "header", "publicKey": "public_key",
	}[name]
	if slices.Contains(names, meant) {
		return fmt.Sprintf("unknown key %s; write %s", decode.Quote(name), meant)
	}
	if name == "secret" || name == "secrets" {
		return `shared secrets stand beside keys: secrets: ["{{$env.SECRET}}"]`
	}
	return decode.Unknown("key", name, names)
}
