package audit

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"time"

	"hookline.dev/hookline/internal/value"
)

// Entry is one thing that somebody did, or tried to do.
type Entry struct {
	Seq    int64     // 1, 2, 3 … without gaps
	At     time.Time // whole microseconds
	By     Actor
	Action string // the operation's id in the API, such as put-variable, or the server's own, such as reload
	Target string // what it was done to, such as a name or a key; "" if the action says it
	Status int    // the HTTP status of the answer; 0: not a request
	// Before and After are the parts that changed, without secrets; missing: not known or nothing.
	Before, After value.Value
	Hash          Hash // over the hash of the entry before and all other fields
}

// Actor is who did something, and from where.
type Actor struct {
	Kind    string // how they signed in, as in account.Kind; "" if they did not; or Server or Offline
	ID      string // of the user or the key; "" for others
	Name    string // of the user or the key when it happened
	Address string // the address that the request came from; "" without a request
}

// The kinds of actors that are not principals of the API.
const (
	Server  = "server"  // the server itself: at start, on a signal, because a file changed
	Offline = "offline" // a command that worked on the data directory while the server was stopped
)

// Hash is the hash of an entry and, through the one before it, of all entries before.
type Hash [sha256.Size]byte

// String returns the hash in hexadecimal.
func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// ParseHash reads what String returns.
func ParseHash(text string) (h Hash, ok bool) {
	b, err := hex.DecodeString(text)
	if err != nil || len(b) != len(h) {
		return Hash{}, false
	}
	return Hash(b), true
}

// scheme begins what is hashed, so that these hashes are different from those of any later scheme.
const scheme = "hookline audit 1"

// HashAfter returns the hash that the entry has if the one before it has the hash before.
func (e *Entry) HashAfter(before Hash) Hash {
	h := sha256.New()
	var buf []byte
	text := func(s string) {
		buf = binary.AppendUvarint(buf, uint64(len(s)))
		buf = append(buf, s...)
	}
	text(scheme)
	buf = append(buf, before[:]...)
	buf = binary.BigEndian.AppendUint64(buf, uint64(e.Seq))
	buf = binary.BigEndian.AppendUint64(buf, uint64(e.At.UnixMicro()))
	buf = binary.BigEndian.AppendUint64(buf, uint64(e.Status))
	for _, s := range []string{e.By.Kind, e.By.ID, e.By.Name, e.By.Address, e.Action, e.Target} {
		text(s)
	}
	for _, v := range []value.Value{e.Before, e.After} {
		if v.IsMissing() {
			text("")
		} else {
			text(v.Text())
		}
	}
	h.Write(buf)
	return Hash(h.Sum(nil))
}

// Seal gives the entry its number and its hash, as the next one after before. It cuts the time to what is stored.
func (e *Entry) Seal(before Mark) Mark {
	e.Seq, e.At = before.Seq+1, e.At.UTC().Truncate(time.Microsecond)
	e.Hash = e.HashAfter(before.Hash)
	return Mark{Seq: e.Seq, Hash: e.Hash}
}
