package auth

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"strings"
)

// KeyPrefix begins every API key, so that people and scanners of secrets recognise one.
const KeyPrefix = "hlk_"

// hintLength is how many characters of a key remain readable, with the prefix.
const hintLength = len(KeyPrefix) + 6

// tokenBytes is the strength of session and set-up tokens: 256 bits.
const tokenBytes = 32

// newToken returns a token for a cookie or a link.
func newToken() string {
	var b [tokenBytes]byte
	rand.Read(b[:]) // never fails: on failure it ends the process
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// newKey returns an API key: letters and digits, which a double click selects. Two texts have 256 bits or more.
func newKey() string { return KeyPrefix + strings.ToLower(rand.Text()+rand.Text()) }

// hashOf returns what is stored instead of a token or a key.
func hashOf(secret string) [sha256.Size]byte { return sha256.Sum256([]byte(secret)) }
