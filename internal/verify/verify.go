package verify

import (
	"context"
	"net/http"
	"time"

	"hookline.dev/hookline/internal/decode"
)

// Call is what a signature may cover. Header has canonical names, as net/http gives them.
type Call struct {
	Method string
	URL    string // the public URL as the sender knows it, with the query
	Query  string // raw
	Header http.Header
	Body   []byte // the exact bytes; nil while only the head of the call was read
	// At is the time to judge the call by: when it arrived. Verifiers have no clock of their own, so a
	// recorded call gets the same verdict later.
	At time.Time
}

// Preset knows how one provider signs. It is immutable.
type Preset interface {
	// Info describes the preset. It returns the same every time.
	Info() Info
	// Compile prepares a verifier. Problems carry paths below `signature` ("keys.header"). An empty secret
	// is not a problem here: the verifier then refuses every call, with NoSecret. The verifier returned
	// beside problems does the same; there always is one.
	Compile(Config) (Verifier, []decode.Problem)
}

// Config is what a workflow says about its signatures, with all templates resolved.
type Config struct {
	Secrets   []string
	Keys      map[string]string // settings that are not shared secrets, by name
	Tolerance time.Duration     // 0: the preset's
	// Missing names the first variable that is not set; the verifier then refuses every call.
	Missing string
	// Fetcher gets what is needed from elsewhere, such as the certificate that a call names. nil: there
	// is none, and a verifier that needs one refuses with Unverifiable.
	Fetcher Fetcher
}

// Fetcher gets small documents from other servers. It is safe for concurrent use.
type Fetcher interface {
	// Fetch returns the content of the 200 response to GET url, which must be https, and follows no
	// redirect. More than limit bytes is an error of kind fault.TooLarge; whatever else goes wrong
	// is one of kind fault.Unavailable. The caller has checked that the host is one it may ask.
	Fetch(ctx context.Context, url string, limit int64) ([]byte, error)
}

// Verifier checks calls. It is immutable and safe for concurrent use.
type Verifier interface {
	// Verify checks a call, in time that does not depend on how much of a signature is right. ctx
	// bounds what the verifier fetches; when it ends first, the verdict is Unverifiable.
	Verify(ctx context.Context, call Call) Verdict
}
