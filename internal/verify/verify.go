package verify

import (
	"context"
	"net/http"
	"time"

	"hookline.dev/hookline/internal/decode"
)

// Call holds the parts of a request that a signature may cover. Header has canonical names, as in net/http.
type Call struct {
	Method string
	URL    string // the public URL as the sender knows it, with the query
	Query  string // raw
	Header http.Header
	Body   []byte // the exact bytes; nil while only the head has been read
	// At is when the call arrived, which is the time to check it against. Verifiers have no clock of their own,
	// so a recorded call gets the same verdict later.
	At time.Time
}

// Preset knows how one provider signs. It is immutable.
type Preset interface {
	// Info describes the preset. It always returns the same value.
	Info() Info
	// Compile prepares a verifier. The paths of problems are relative to `signature` ("keys.header"). An empty
	// secret is not a problem: the verifier then refuses every call with NoSecret. The same holds for the
	// verifier that is returned with problems. The verifier is never nil.
	Compile(Config) (Verifier, []decode.Problem)
}

// Config is a workflow's signature settings, with all templates resolved.
type Config struct {
	Secrets   []string
	Keys      map[string]string // settings that are not shared secrets, by name
	Tolerance time.Duration     // 0: the preset's
	// Missing names the first variable that is not set. If it is not empty, the verifier refuses every call.
	Missing string
	// Fetcher gets remote documents, such as the certificate that a call names. If it is nil, a verifier that
	// needs one refuses with Unverifiable.
	Fetcher Fetcher
}

// Fetcher gets small documents from other servers. It is safe for concurrent use.
type Fetcher interface {
	// Fetch returns the body of a 200 response to GET url. The URL must be https, and redirects are not
	// followed. A body of more than limit bytes is a fault.TooLarge; every other failure is a
	// fault.Unavailable. The caller must have checked that the host is allowed.
	Fetch(ctx context.Context, url string, limit int64) ([]byte, error)
}

// Verifier checks calls. It is immutable and safe for concurrent use.
type Verifier interface {
	// Verify checks a call. Its time does not depend on how much of a signature is right. ctx limits what the
	// verifier fetches; if it ends first, the verdict is Unverifiable.
	Verify(ctx context.Context, call Call) Verdict
}
