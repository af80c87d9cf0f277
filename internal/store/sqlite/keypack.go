package sqlite

import (
	"crypto/sha256"
	"encoding/binary"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store/sqlite/sieve"
)

// keyID names the dedupe key of a workflow. It is a hash of both, so all keys are of one size and
// spread evenly.
type keyID = sieve.Key

// newKeyID is the name of a key, given by its hash.
func newKeyID(workflow string, key *[sha256.Size]byte) keyID {
	var room [128]byte
	text := append(room[:0], workflow...)
	text = append(text, 0) // which no workflow's name has
	return sha256.Sum256(append(text, key[:]...))
}

// keyEntry is what is known of a claimed key.
type keyEntry struct {
	execution ident.ID
	expires   int64              // microseconds since 1970
	body      *[sha256.Size]byte // nil: any body is a repeat
}

// expired reports whether the key is free at a time, in microseconds.
func (k *keyEntry) expired(at int64) bool { return k.expires <= at }

// Keys are packed one after another, in memory, in the log and in the blocks of runs alike: the 32 bytes
// of the name, execution and end (varints), and a byte that says whether the 32 bytes of a body's SHA-256
// follow.

func packKey(dst []byte, id *keyID, e *keyEntry) []byte {
	dst = append(dst, id[:]...)
	dst = binary.AppendVarint(dst, int64(e.execution))
	dst = binary.AppendVarint(dst, e.expires)
	if e.body == nil {
		return append(dst, 0)
	}
	return append(append(dst, 1), e.body[:]...)
}

// keyReader takes packed keys one by one. After the first that is damaged there are no more.
type keyReader struct {
	rest   []byte
	id     keyID // of the key that next has found
	entry  keyEntry
	broken bool
}

// next goes to the next key.
func (r *keyReader) next() bool {
	if len(r.rest) == 0 {
		return false
	}
	copy(r.id[:], r.take(len(r.id)))
	r.entry.execution, r.entry.expires, r.entry.body = ident.ID(r.varint()), r.varint(), nil
	switch flag := r.take(1); {
	case r.broken || flag[0] > 1:
		r.broken = true
	case flag[0] == 1:
		r.entry.body = new([sha256.Size]byte)
		copy(r.entry.body[:], r.take(sha256.Size))
	}
	return !r.broken
}

// unpacked is the entry of the key that stands at the beginning.
func unpacked(packed []byte) keyEntry {
	r := keyReader{rest: packed}
	r.next()
	return r.entry
}

// err says that the keys could not be read to their end.
func (r *keyReader) err() error {
	if !r.broken {
		return nil
	}
	return errDamaged()
}

func errDamaged() error {
	return fault.New("sqlite.keys", fault.Internal, "the database file is damaged: restore a backup")
}

func (r *keyReader) take(n int) []byte {
	if r.broken || n > len(r.rest) {
		r.broken, r.rest = true, nil
		return nil
	}
	head := r.rest[:n]
	r.rest = r.rest[n:]
	return head
}

func (r *keyReader) varint() int64 {
	n, size := binary.Varint(r.rest)
	if r.take(max(size, 0)); size <= 0 {
		r.broken, r.rest = true, nil
	}
	return n
}
