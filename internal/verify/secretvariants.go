package verify

import (
	"encoding/hex"
	"strings"
)

// secretVariant is a secret that may have been meant instead of the configured one.
type secretVariant struct {
	text string
	key  []byte
	code string
	what string // completes "The signature fits secrets[0] ..."
}

// secretVariants lists likely copying mistakes in a secret, and the other ways in which its text can be decoded
// into a key.
func (v *verifier) secretVariants(text string) []secretVariant {
	var list []secretVariant
	add := func(text string, key []byte, code, what string) {
		if len(key) > 0 {
			list = append(list, secretVariant{text, key, code, what})
		}
	}
	as := func(text, what string) {
		if key, err := decodeKey(v.keyForm, text); err == nil {
			add(text, key, "secret-blanks", what)
		}
	}
	if bare := strings.TrimSpace(text); bare != text {
		as(bare, "without the blank or line end around it; store it exactly as the sender has it")
	}
	if bare := strings.Trim(text, `"'`); bare != text {
		as(bare, "without the quotes around it; store it exactly as the sender has it")
	}
	as(text+"\n", "with a line end after it: it was pasted with one at the sender, or read from a file")
	as(text+" ", "with a blank behind it, which was pasted at the sender")
	if v.keyForm != "" && v.keyForm != "text" {
		add(text, []byte(text), "secret-form", "taken as text, where this preset decodes it: the sender does not follow the scheme, or keys.key is wrong")
	}
	if bare, ok := strings.CutPrefix(text, secretPrefix); ok {
		add(bare, []byte(bare), "secret-form", "taken as text without its whsec_")
		if key, ok := base64Text(bare); ok {
			add(text, key, "secret-form", "decoded as base64 behind its whsec_, where this preset takes it as text: the sender follows Standard Webhooks; choose that preset")
		}
	}
	if key, ok := base64Text(text); ok && v.keyForm != "base64" && v.keyForm != "whsec" {
		add(text, key, "secret-form", "decoded as base64, where this preset takes it as it is")
	}
	if key, err := hex.DecodeString(text); err == nil && v.keyForm != "hex" {
		add(text, key, "secret-form", "decoded as hex, where this preset takes it as it is")
	}
	return list
}
