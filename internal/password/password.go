package password

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"

	"hookline.dev/hookline/internal/fault"
)

// The limits of a password.
const (
	MinLength = 12   // characters
	MaxLength = 1024 // bytes; argon2id takes any length, but somebody has to send it
)

// The parameters of new hashes: the first choice of OWASP's Password Storage Cheat Sheet (2025) for argon2id.
const (
	Memory     = 19 << 20 // bytes of one computation
	iterations = 2
	threads    = 1
	saltBytes  = 16
	hashBytes  = 32
)

// The limits of the parameters in a stored hash. A hash beyond them was not written by this program.
const (
	maxMemoryKiB  = 1 << 20
	maxIterations = 100
)

// heapShare is the part of the heap that hashes may use together.
const heapShare = 8

// maxSlots is the largest number of hashes at once.
const maxSlots = 4

// queuePerSlot is how many callers may wait for one slot.
const queuePerSlot = 16

// Check returns an error of kind fault.Invalid for a password that cannot be used. email is the user's: it is public,
// so it is no password.
func Check(field, password, email string) error {
	const op = "password.Check"
	switch {
	case utf8.RuneCountInString(password) < MinLength:
		return fault.Field(op, field, "the password is too short: use at least %d characters", MinLength)
	case len(password) > MaxLength:
		return fault.Field(op, field, "the password is too long: use at most %d bytes", MaxLength)
	case email != "" && strings.EqualFold(password, email):
		return fault.Field(op, field, "the password is the e-mail address: choose another one")
	case strings.Count(password, password[:1]) == len(password):
		return fault.Field(op, field, "the password is one character repeated: choose another one")
	}
	return nil
}

// Hasher computes hashes, a bounded number at once. It is safe for concurrent use.
type Hasher struct {
	slots   chan struct{} // one token for each computation that may run
	waiting chan struct{} // one token for each caller that may be inside
	dummy   string        // what Verify compares with if there is no hash
}

// New returns a hasher for a server whose heap has this many bytes.
func New(heap int64) *Hasher {
	slots := max(1, min(maxSlots, heap/heapShare/Memory))
	h := &Hasher{slots: make(chan struct{}, slots), waiting: make(chan struct{}, slots*(1+queuePerSlot))}
	var salt [saltBytes]byte
	rand.Read(salt[:])
	// Nobody knows a password with this hash: it is random too.
	var nothing [hashBytes]byte
	rand.Read(nothing[:])
	h.dummy = format(salt[:], nothing[:])
	return h
}

// Slots returns how many hashes are computed at once.
func (h *Hasher) Slots() int { return cap(h.slots) }

// Hash returns the hash of a password with a new salt. The error is of kind fault.Unavailable if too many callers wait,
// or ctx ends.
func (h *Hasher) Hash(ctx context.Context, password string) (string, error) {
	leave, err := h.enter(ctx)
	if err != nil {
		return "", err
	}
	defer leave()
	var salt [saltBytes]byte
	rand.Read(salt[:]) // never fails: on failure it ends the process
	return format(salt[:], argon2.IDKey([]byte(password), salt[:], iterations, Memory/1024, threads, hashBytes)), nil
}

// Verify reports whether a password has a hash. An empty hash is nobody's; Verify then does the same work in vain. The
// error is of kind fault.Unavailable if too many callers wait, or ctx ends.
func (h *Hasher) Verify(ctx context.Context, hash, password string) (bool, error) {
	known := hash != ""
	if !known {
		hash = h.dummy
	}
	p, err := parse(hash)
	if err != nil {
		return false, err
	}
	leave, err := h.enter(ctx)
	if err != nil {
		return false, err
	}
	defer leave()
	if len(password) > MaxLength {
		password = password[:MaxLength] // was never set, see Check; the work is bounded and the result is no
		known = false
	}
	got := argon2.IDKey([]byte(password), p.salt, p.iterations, p.memoryKiB, p.threads, uint32(len(p.hash)))
	return subtle.ConstantTimeCompare(got, p.hash) == 1 && known, nil
}

// enter waits for a slot. The caller must call leave.
func (h *Hasher) enter(ctx context.Context) (leave func(), err error) {
	const op = "password.enter"
	select {
	case h.waiting <- struct{}{}:
	default:
		return nil, fault.New(op, fault.Unavailable, "too many sign-ins at once: try again in a moment")
	}
	select {
	case h.slots <- struct{}{}:
		return func() { <-h.slots; <-h.waiting }, nil
	case <-ctx.Done():
		<-h.waiting
		return nil, fault.As(op, fault.Unavailable, ctx.Err(), "the sign-in was interrupted")
	}
}

// parameters are the content of a PHC string.
type parameters struct {
	memoryKiB, iterations uint32
	threads               uint8
	salt, hash            []byte
}

func format(salt, hash []byte) string {
	b64 := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, Memory/1024, iterations, threads, b64(salt), b64(hash))
}

// parse parses a PHC string
// (https://github.com/P-H-C/phc-string-format/blob/master/phc-sf-spec.md).
func parse(text string) (p parameters, err error) {
	parts := strings.Split(text, "$")
	var version int
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" {
		return p, damaged(nil)
	}
	if _, err := fmt.Sscanf(parts[2], "v=%d", &version); err != nil || version != argon2.Version {
		return p, damaged(err)
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &p.memoryKiB, &p.iterations, &p.threads); err != nil {
		return p, damaged(err)
	}
	if p.salt, err = base64.RawStdEncoding.DecodeString(parts[4]); err != nil {
		return p, damaged(err)
	}
	if p.hash, err = base64.RawStdEncoding.DecodeString(parts[5]); err != nil {
		return p, damaged(err)
	}
	if p.memoryKiB > maxMemoryKiB || p.iterations < 1 || p.iterations > maxIterations || p.threads < 1 || len(p.salt) < 8 || len(p.hash) < 16 || len(p.hash) > 64 {
		return p, damaged(nil)
	}
	return p, nil
}

// damaged never contains the hash.
func damaged(err error) error {
	return fault.As("password.parse", fault.Internal, err, "the stored hash of a password is damaged: set a new password")
}
