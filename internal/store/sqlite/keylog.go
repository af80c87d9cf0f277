package sqlite

import (
	"crypto/sha256"
	"encoding/binary"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/ident"
)

// A row of dedupe_log holds keys one after another: the length of the workflow's key (uvarint) and the
// key itself, the 32 bytes of the dedupe key's SHA-256, execution and end (varints), and a byte that
// says whether 32 bytes of a body's SHA-256 follow.

func appendKey(dst []byte, id *keyID, e *keyEntry) []byte {
	dst = append(binary.AppendUvarint(dst, uint64(len(id.workflow))), id.workflow...)
	dst = append(dst, id.sum[:]...)
	dst = binary.AppendVarint(dst, int64(e.execution))
	dst = binary.AppendVarint(dst, e.expires)
	if e.body == nil {
		return append(dst, 0)
	}
	return append(append(dst, 1), e.body[:]...)
}

// decodeKeys calls f for each key of a row.
func decodeKeys(row []byte, f func(keyID, keyEntry)) error {
	d := keyDecoder{rest: row}
	workflow := "" // the same string for keys that follow each other
	for len(d.rest) > 0 {
		var id keyID
		var e keyEntry
		if name := d.take(d.uvarint()); string(name) != workflow {
			workflow = string(name)
		}
		id.workflow = workflow
		copy(id.sum[:], d.take(sha256.Size))
		e.execution, e.expires = ident.ID(d.varint()), d.varint()
		if flag := d.take(1); len(flag) == 1 && flag[0] == 1 {
			e.body = new([sha256.Size]byte)
			copy(e.body[:], d.take(sha256.Size))
		}
		if d.broken {
			return fault.New("sqlite.keys", fault.Internal, "the database file is damaged: restore a backup")
		}
		f(id, e)
	}
	return nil
}

// keyDecoder reads what appendKey wrote. After the first thing that does not fit it yields nothing.
type keyDecoder struct {
	rest   []byte
	broken bool
}

func (d *keyDecoder) take(n uint64) []byte {
	if d.broken || n > uint64(len(d.rest)) {
		d.broken = true
		return nil
	}
	head := d.rest[:n]
	d.rest = d.rest[n:]
	return head
}

func (d *keyDecoder) uvarint() uint64 {
	n, size := binary.Uvarint(d.rest)
	d.skip(size)
	return n
}

func (d *keyDecoder) varint() int64 {
	n, size := binary.Varint(d.rest)
	d.skip(size)
	return n
}

func (d *keyDecoder) skip(size int) {
	if d.broken = d.broken || size <= 0; !d.broken {
		d.rest = d.rest[size:]
	}
}
