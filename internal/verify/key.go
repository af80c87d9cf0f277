package verify

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"strings"
)

// secretPrefix begins a Standard Webhooks secret (https://github.com/standard-webhooks/standard-webhooks,
// "Signature scheme").
const secretPrefix = "whsec_"

// The problems of a secret. No message repeats the secret.
var (
	errNotHex    = errors.New("is not hex, and this preset's secret is; copy it as the provider shows it")
	errNotBase64 = errors.New("is not base64, and this preset's secret is; copy it as the provider shows it")
	errNotWhsec  = errors.New("is not whsec_ followed by base64, as this preset's secret is; copy it as the provider shows it")
)

// decodeKey decodes the text of a secret into the key: `text` uses it unchanged, `hex` and `base64` decode it,
// and `whsec` removes an optional prefix and decodes the rest as base64.
func decodeKey(form, text string) ([]byte, error) {
	switch form {
	case "hex":
		key, err := hex.DecodeString(text)
		if err != nil {
			return nil, errNotHex
		}
		return key, nil
	case "base64":
		key, ok := base64Text(text)
		if !ok {
			return nil, errNotBase64
		}
		return key, nil
	case "whsec":
		text = strings.TrimPrefix(text, "v1,") // some senders show it with this prefix
		key, ok := base64Text(strings.TrimPrefix(text, secretPrefix))
		if !ok {
			return nil, errNotWhsec
		}
		return key, nil
	default:
		return []byte(text), nil
	}
}

// base64Text decodes base64 in the standard alphabet, padded or not.
func base64Text(text string) ([]byte, bool) {
	if strings.ContainsAny(text, "\r\n") {
		return nil, false
	}
	b, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(text, "="))
	return b, err == nil
}
