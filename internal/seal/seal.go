package seal

import (
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"strings"

	"golang.org/x/crypto/chacha20poly1305"

	"hookline.dev/hookline/internal/fault"
)

// KeySize is the size of both kinds of keys, in bytes.
const KeySize = chacha20poly1305.KeySize

// version is the first byte of a sealed text.
const version = 1

// What a key seals. It begins the additional data.
const (
	ofDataKey = "hookline data key\x00"
	ofValue   = "hookline value\x00"
)

// key seals and opens texts.
type key struct {
	id   string
	aead cipher.AEAD
}

func newKey(raw []byte, what string) key {
	aead, err := chacha20poly1305.NewX(raw)
	if err != nil {
		panic(err) // only for a key of another size
	}
	sum := sha256.Sum256(append([]byte("hookline "+what+" id\x00"), raw...))
	return key{hex.EncodeToString(sum[:6]), aead}
}

// ID identifies the key without telling anything about it.
func (k key) ID() string { return k.id }

func (k key) seal(plain []byte, about string) []byte {
	out := make([]byte, 1+chacha20poly1305.NonceSizeX, 1+chacha20poly1305.NonceSizeX+len(plain)+chacha20poly1305.Overhead)
	out[0] = version
	rand.Read(out[1:]) // never fails: on failure it ends the process
	return k.aead.Seal(out, out[1:], plain, []byte(about))
}

func (k key) open(sealed []byte, about string) ([]byte, bool) {
	const head = 1 + chacha20poly1305.NonceSizeX
	if len(sealed) < head || sealed[0] != version {
		return nil, false
	}
	plain, err := k.aead.Open(nil, sealed[1:head], sealed[head:], []byte(about))
	return plain, err == nil
}

// Master is the key that seals data keys.
type Master struct {
	key
	text string
}

// NewMaster returns a random master key.
func NewMaster() Master {
	var raw [KeySize]byte
	rand.Read(raw[:]) // never fails: on failure it ends the process
	return Master{newKey(raw[:], "master key"), base64.StdEncoding.EncodeToString(raw[:])}
}

// ParseMaster reads a master key of 32 bytes in base64 (both alphabets) or hexadecimal. The error contains no part of
// the text.
func ParseMaster(text string) (Master, error) {
	text = strings.TrimSpace(text)
	raw, err := hex.DecodeString(text)
	if err != nil {
		standard := strings.NewReplacer("-", "+", "_", "/").Replace(strings.TrimRight(text, "="))
		raw, err = base64.RawStdEncoding.DecodeString(standard)
	}
	if err != nil || len(raw) != KeySize {
		return Master{}, fault.New("seal.ParseMaster", fault.Invalid,
			"a master key has 32 random bytes in base64 or hexadecimal; make one with: openssl rand -base64 32")
	}
	return Master{newKey(raw, "master key"), base64.StdEncoding.EncodeToString(raw)}, nil
}

// Text returns the key in base64, as ParseMaster reads it. It is for the key's file only.
func (m Master) Text() string { return m.text }

// NewData returns a random data key and the same key sealed.
func (m Master) NewData() (d Data, sealed []byte) {
	var raw [KeySize]byte
	rand.Read(raw[:]) // never fails: on failure it ends the process
	d = Data{newKey(raw[:], "data key")}
	return d, m.seal(raw[:], ofDataKey+d.id)
}

// OpenData opens a sealed data key with this id. It returns false if another master key has sealed it, or if it was
// changed.
func (m Master) OpenData(id string, sealed []byte) (Data, bool) {
	raw, ok := m.open(sealed, ofDataKey+id)
	if !ok || len(raw) != KeySize {
		return Data{}, false
	}
	d := Data{newKey(raw, "data key")}
	return d, d.id == id
}

// Data is the key that seals values.
type Data struct{ key }

// Seal seals the value of a name.
func (d Data) Seal(name, text string) []byte { return d.seal([]byte(text), ofValue+name) }

// Open opens what Seal has returned for the same name. It returns false for everything else.
func (d Data) Open(name string, sealed []byte) (text string, ok bool) {
	plain, ok := d.open(sealed, ofValue+name)
	return string(plain), ok
}
