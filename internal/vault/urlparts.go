package vault

import (
	"net/url"
	"strings"
	"unicode/utf8"
)

// minURLPart is the length from which a part of a secret URL is masked by itself, in characters. Shorter parts, such as
// "services", are words of an API.
const minURLPart = 16

// urlParts returns the parts of a secret URL that are secret without the rest. The URL of an incoming webhook has its
// secret in the path or the query, and this is all that its server sees and may quote in an answer.
func urlParts(secret string) (parts []string) {
	u, err := url.Parse(strings.TrimSpace(secret))
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		return nil
	}
	add := func(text string, least int) {
		if utf8.RuneCountInString(text) >= least && maskable(text) {
			parts = append(parts, text)
		}
	}
	add(u.RequestURI(), MinLength)
	add(u.Path, MinLength)
	for segment := range strings.SplitSeq(u.Path, "/") {
		add(segment, minURLPart)
	}
	for _, values := range u.Query() {
		for _, text := range values {
			add(text, minURLPart)
		}
	}
	return parts
}
