package vault

import (
	"encoding/base64"
	"encoding/hex"
	"slices"
	"strings"
)

// spellings returns the texts by which a secret is found, apart from those that escapes hide.
func spellings(secret string) []string {
	forms := []string{secret, strings.TrimSpace(secret), strings.ToValidUTF8(secret, "\uFFFD")}
	all := append(slices.Clone(forms), strings.ReplaceAll(secret, " ", "+")) // in forms, + is a space
	for _, form := range forms {
		digits := hex.EncodeToString([]byte(form))
		all = append(all, digits, strings.ToUpper(digits))
		for before := range 3 {
			all = append(all, inBase64(base64.RawStdEncoding, before, form), inBase64(base64.RawURLEncoding, before, form))
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// inBase64 returns the characters that a secret becomes inside a longer text, if the number of bytes before it is
// before, modulo 3. The characters at both ends that the bytes around the secret influence are left out, and so is
// the padding.
func inBase64(e *base64.Encoding, before int, secret string) string {
	encoded := e.EncodeToString([]byte(strings.Repeat("\x00", before) + secret))
	first := [...]int{0, 2, 3}[before]
	last := len(encoded)
	if (before+len(secret))%3 != 0 {
		last--
	}
	return encoded[first:last]
}
