package verify

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"strings"
)

// secretPrefix stands before a Standard Webhooks secret
// (https://github.com/standard-webhooks/standard-webhooks, "Signature scheme").
const secretPrefix = "whsec_"

// The complaints about a secret. None repeats it.
var (
	errNotHex    = errors.New("is not hex, and this preset's secret is; copy it as the provider shows it")
	errNotBase64 = errors.New("is not base64, and this preset's secret is; copy it as the provider shows it")
	errNotWhsec  = errors.New("is not whsec_ followed by base64, as this preset's secret is; copy it as the provider shows it")
)

// decodeKey turns the text of a secret into the key: `text` takes it as it is, `hex` and `base64`
// decode it, `whsec` takes the prefix off where there is one and decodes the rest as base64.
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
		text = strings.TrimPrefix(text, "v1,") // as some senders show it
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
