package channel

import (
	"crypto/sha256"
	"encoding/base64"
	"regexp"
	"strings"
)

// e164 is a telephone number as ITU-T E.164 defines it: a plus, a country code, at most 15 digits in all.
var e164 = regexp.MustCompile(`^\+[1-9][0-9]{6,14}$`)

// CheckPhone returns what is wrong with a telephone number, or "". It is CheckTo of kinds that send SMS.
func CheckPhone(to string) string {
	if !e164.MatchString(to) {
		return "must be a telephone number with + and country code, without blanks, e.g. +4915112345678"
	}
	return ""
}

// Default is the recipient that a config may name for messages without one. A channel embeds it for its CheckTo.
type Default struct {
	noun, wrong string
	form        *regexp.Regexp
	set         bool
}

// Default reads the default recipient of the written config. The noun is what a recipient is, and the name of the field:
// room. wrong says what a recipient must be if it does not match form.
func (r *Reader) Default(noun, written string, form *regexp.Regexp, wrong string) Default {
	if written != "" && Fixed(written) && !form.MatchString(written) {
		r.Problem(noun, wrong)
	}
	return Default{noun, wrong, form, written != ""}
}

// CheckTo returns what is wrong with a recipient, or "".
func (d Default) CheckTo(to string) string {
	switch {
	case to == "" && !d.set:
		return "is required: the channel has no " + d.noun + " of its own"
	case to != "" && !d.form.MatchString(to):
		return d.wrong
	default:
		return ""
	}
}

// ID returns an identifier of letters, digits, - and _ for the message with a key. It is the same for the same key,
// so a provider can recognize a repeated message.
func ID(key string) string {
	sum := sha256.Sum256([]byte(key))
	return base64.RawURLEncoding.EncodeToString(sum[:18])
}

// URL checks a URL of the written config, unless it uses a variable.
func (r *Reader) URL(path, text string) {
	if Fixed(text) && text != "" && !strings.HasPrefix(text, "https://") && !strings.HasPrefix(text, "http://") {
		r.Problem(path, "must begin with https:// or http://")
	}
}

// NoTo is CheckTo of kinds without recipients.
func NoTo(to string) string {
	if to != "" {
		return "this channel has its own recipient; leave it out"
	}
	return ""
}
