package rowcodec

import (
	"crypto/sha256"
	"encoding/hex"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/hook"
)

// Delivery is the encoded part of a delivery's row.
type Delivery struct {
	Metadata string   // see EncodeMetadata
	Answer   string   // see EncodeAnswer
	KeyHash  int64    // see KeyHash; 0 without a dedupe key
	Blobs    [][]byte // SHA-256 of each blob that the delivery names
}

// Encode fills the row. The error is of kind fault.Invalid if a blob is not named by a SHA-256.
func (r *Delivery) Encode(op string, d *hook.Delivery) error {
	r.Metadata, r.Answer, r.KeyHash, r.Blobs = EncodeMetadata(d), EncodeAnswer(d.Answer), 0, nil
	if d.DedupeKey != "" {
		r.KeyHash = KeyHash(d.DedupeKey)
	}
	q := &d.Request
	if q.Stored != "" && !r.addBlob(q.Stored) {
		return fault.New(op, fault.Invalid, "the body of a delivery is stored under %q, which is no SHA-256", q.Stored)
	}
	for i := range q.Files {
		if !r.addBlob(q.Files[i].SHA256) {
			return fault.New(op, fault.Invalid, "a file of a delivery is stored under %q, which is no SHA-256", q.Files[i].SHA256)
		}
	}
	return nil
}

func (r *Delivery) addBlob(hash string) bool {
	raw, err := hex.DecodeString(hash)
	r.Blobs = append(r.Blobs, raw)
	return err == nil && len(raw) == sha256.Size
}

// DecodeHashes decodes the names of blobs. The error is of kind fault.Invalid if one is not a SHA-256 in hex.
func DecodeHashes(op string, list []string) ([][]byte, error) {
	var r Delivery
	for _, hash := range list {
		if !r.addBlob(hash) {
			return nil, fault.New(op, fault.Invalid, "a blob is named %q, which is no SHA-256", hash)
		}
	}
	return r.Blobs, nil
}
