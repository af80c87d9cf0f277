package vm

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"hash"

	lib "modernc.org/libquickjs"
)

// algorithm returns the hash with this name in Node.
func algorithm(name string) func() hash.Hash {
	switch name {
	case "md5":
		return md5.New
	case "sha1":
		return sha1.New
	case "sha256":
		return sha256.New
	case "sha384":
		return sha512.New384
	case "sha512":
		return sha512.New
	}
	return nil
}

// hostDigest (algorithm, key, data, encoding) hashes data, with HMAC if key is not undefined. It returns text
// for a text encoding, otherwise an ArrayBuffer. Key and data are strings (hashed as UTF-8) or ArrayBuffers.
func hostDigest(m *VM, a args) lib.TJSValue {
	name, ok := m.text(a.at(0))
	newHash := algorithm(name)
	if !ok || newHash == nil {
		return undefined
	}
	var h hash.Hash
	if key := a.at(1); isUndefined(key) {
		h = newHash()
	} else {
		k, ok := m.octets(key)
		if !ok {
			return undefined
		}
		h = hmac.New(newHash, k)
	}
	data, ok := m.octets(a.at(2))
	if !ok {
		return undefined
	}
	h.Write(data)
	sum := h.Sum(nil)
	if e := a.at(3); !isUndefined(e) {
		name, _ := m.text(e)
		s, ok := encode(sum, name)
		if !ok {
			return undefined
		}
		return m.str(s)
	}
	return m.buffer(sum)
}

// octets returns the bytes of a string or an ArrayBuffer.
func (m *VM) octets(v lib.TJSValue) ([]byte, bool) {
	if !isString(v) {
		return m.bytes(v)
	}
	s, ok := m.text(v)
	if !ok {
		m.free(lib.XJS_GetException(m.tls, m.ctx))
		return nil, false
	}
	return []byte(validUTF8(s)), true
}
