package verify

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"

	"hookline.dev/hookline/internal/value"
)

// publicPrefix begins a Standard Webhooks public key.
const publicPrefix = "whpk_"

// maxKeys is the largest number of public keys of one verifier: an old and a new one, with room to spare.
const maxKeys = 8

// publicKey is one key that may have made a signature.
type publicKey struct {
	serial string // "" if keys have no names
	key    any
}

// fits reports whether this key made the signature of the text.
func (k publicKey) fits(text, signature []byte) bool {
	switch key := k.key.(type) {
	case ed25519.PublicKey:
		return ed25519.Verify(key, text, signature)
	case *ecdsa.PublicKey:
		sum := sha256.Sum256(text)
		return ecdsa.VerifyASN1(key, sum[:], signature)
	case *rsa.PublicKey:
		sum := sha256.Sum256(text)
		return rsa.VerifyPKCS1v15(key, crypto.SHA256, sum[:], signature) == nil
	default:
		return false
	}
}

// decodePublic reads public keys. Several texts separated by white space are several keys, so that a provider
// can rotate its own; so are several PEM blocks. Keys by serial number are PEM certificates, named by their
// serial numbers, or a JSON object that maps names to PEM texts.
func decodePublic(kind, form, text string) ([]publicKey, error) {
	keys, err := readPublic(form, text)
	if err != nil {
		return nil, err
	}
	if len(keys) > maxKeys {
		return nil, fmt.Errorf("holds %d keys; at most %d are allowed", len(keys), maxKeys)
	}
	for _, k := range keys {
		if err := k.isFor(kind); err != nil {
			return nil, err
		}
	}
	return keys, nil
}

func readPublic(form, text string) ([]publicKey, error) {
	switch form {
	case "pem":
		return pemKeys(text)
	case "pem-by-serial":
		return keysBySerial(text)
	}
	var keys []publicKey
	for word := range strings.FieldsSeq(text) {
		k, err := keyOf(form, word)
		if err != nil {
			return nil, err
		}
		keys = append(keys, k)
	}
	return keys, nil
}

func keyOf(form, word string) (publicKey, error) {
	switch form {
	case "hex":
		b, err := hex.DecodeString(word)
		if err != nil {
			return publicKey{}, errors.New("is not a public key in hex")
		}
		return publicKey{key: ed25519.PublicKey(b)}, nil
	case "whpk":
		b, ok := base64Text(strings.TrimPrefix(word, publicPrefix))
		if !ok {
			return publicKey{}, errors.New("is not whpk_ followed by a public key in base64")
		}
		return publicKey{key: ed25519.PublicKey(b)}, nil
	default:
		b, ok := base64Text(word)
		if !ok {
			return publicKey{}, errors.New("is not a public key in base64 (SPKI)")
		}
		key, err := x509.ParsePKIXPublicKey(b)
		if err != nil {
			return publicKey{}, errors.New("is not a public key in base64 (SPKI)")
		}
		return publicKey{key: key}, nil
	}
}

// isFor checks that the key is of the scheme's kind: a key must never choose the algorithm.
func (k publicKey) isFor(kind string) error {
	switch key := k.key.(type) {
	case ed25519.PublicKey:
		if kind == kindEd25519 && len(key) != ed25519.PublicKeySize {
			return fmt.Errorf("has %d bytes; an Ed25519 public key has %d", len(key), ed25519.PublicKeySize)
		}
		if kind == kindEd25519 {
			return nil
		}
	case *ecdsa.PublicKey:
		if kind == kindECDSA && key.Curve == elliptic.P256() {
			return nil
		}
	case *rsa.PublicKey:
		if kind == kindRSA {
			return nil
		}
	}
	return fmt.Errorf("is a public key of another kind; this scheme takes %s", kind)
}

// pemKeys reads all certificates and public keys in a PEM text.
func pemKeys(text string) ([]publicKey, error) {
	var keys []publicKey
	for rest := []byte(text); ; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		switch block.Type {
		case "CERTIFICATE":
			c, err := x509.ParseCertificate(block.Bytes)
			if err != nil {
				return nil, errors.New("holds a PEM certificate that cannot be read")
			}
			keys = append(keys, publicKey{serial: fmt.Sprintf("%X", c.SerialNumber), key: c.PublicKey})
		case "PUBLIC KEY":
			key, err := x509.ParsePKIXPublicKey(block.Bytes)
			if err != nil {
				return nil, errors.New("holds a PEM public key that cannot be read")
			}
			keys = append(keys, publicKey{key: key})
		default:
			return nil, fmt.Errorf("holds a PEM block of another kind; write CERTIFICATE or PUBLIC KEY blocks")
		}
	}
	if len(keys) == 0 {
		return nil, errors.New("holds no PEM block; write CERTIFICATE or PUBLIC KEY blocks")
	}
	return keys, nil
}

// keysBySerial reads named keys: a JSON object that maps names to PEM texts, or certificates, which are named
// by their serial numbers.
func keysBySerial(text string) ([]publicKey, error) {
	if !strings.HasPrefix(strings.TrimSpace(text), "{") {
		keys, err := pemKeys(text)
		if err != nil {
			return nil, err
		}
		for _, k := range keys {
			if k.serial == "" {
				return nil, errors.New(`holds a public key without a name; write {"<name>": "<PEM>"}`)
			}
		}
		return keys, nil
	}
	named, err := value.Parse(text, value.Limits{})
	if err != nil {
		return nil, errors.New("is not a JSON object of names and PEM texts")
	}
	var keys []publicKey
	for name, v := range named.Members() {
		block, _ := v.Str()
		some, err := pemKeys(block)
		if err != nil {
			return nil, err
		}
		for _, k := range some {
			keys = append(keys, publicKey{serial: name, key: k.key})
		}
	}
	return keys, nil
}
