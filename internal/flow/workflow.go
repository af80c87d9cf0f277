package flow

import (
	"net/netip"
	"slices"
	"time"

	"hookline.dev/hookline/internal/value"
)

// Workflow is a parsed document. Texts that may hold templates are kept as they were written; who
// needs them compiles them (ingress the trigger's, node kinds their configs).
type Workflow struct {
	Key      string
	Title    string
	Enabled  bool
	Trigger  Trigger
	Options  Options
	Nodes    []Node
	Document value.Value // the canonical document, whose hash names the revision
	Revision string      // hex of the first 16 bytes of SHA-256 of Document
}

// Mode says whether the caller waits.
type Mode string

// The modes of a trigger.
const (
	Async Mode = "async"
	Sync  Mode = "sync"
)

// Trigger is what starts a workflow.
type Trigger struct {
	Type         string // webhook or call
	Mode         Mode
	Methods      []string // upper case, in the order written
	Path         string   // "/github/{owner}/{repo}", empty for none
	ContentTypes []string // lower case; empty: all that are supported
	MaxBody      int64    // bytes; 0: the server's
	Auth         Auth
	RateLimit    *RateLimit
	Parameters   Parameters
	Schema       value.Value // JSON Schema 2020-12 of the data; missing: none
	Filter       string      // expression; "": every call runs
	Dedupe       Dedupe
	CORS         *CORS
	Response     *Answer // nil: the default
	Sync         SyncOptions
}

// Auth names what a caller must prove.
type Auth struct {
	None  bool    // `auth: none`: open to anyone, on purpose
	Gates         // all that are set must pass
	Any   []Gates // and, when there are any, one of these
}

// Open reports whether anyone may call: one open alternative opens all of them.
func (a Auth) Open() bool {
	return a.Gates.open() && (len(a.Any) == 0 || slices.ContainsFunc(a.Any, Gates.open))
}

// Gates are ways to prove who calls. All that are set must pass.
type Gates struct {
	Basic     *BasicAuth
	Token     *TokenAuth
	Signature *Signature
	AllowIPs  []netip.Prefix // masked, v4-in-v6 unmapped; nil: from anywhere
}

// open reports whether the gates keep nobody out: a signature that is only observed does not.
func (g Gates) open() bool {
	return g.Basic == nil && g.Token == nil && g.AllowIPs == nil && (g.Signature == nil || g.Signature.Observe)
}

// BasicAuth asks for a user name and a password (RFC 7617). Both may be templates over $env.
type BasicAuth struct{ Username, Password string }

// TokenAuth asks for a fixed value in a header or in a query parameter. Value may be a template over $env.
type TokenAuth struct{ Header, Query, Value string }

// Signature asks that the call be signed (SPEC §2).
type Signature struct {
	Preset    string
	Secrets   []string      // templates over $env; several while one replaces another
	Keys      value.Value   // object: what is no shared secret, by name; texts may be templates over $env
	URL       string        // the public URL, where a scheme signs it; "": made of --public-url and the call
	Tolerance time.Duration // 0: the preset's
	Observe   bool          // record the verdict, let through
}

// RateLimit bounds the calls for each value of Key, by a bucket of Burst tokens that fills at Rate for each Per.
type RateLimit struct {
	Rate  int
	Per   time.Duration
	Burst int
	Key   string // template over ip, headers, params, query and path of $context; "": one bucket
}

// Dedupe says how repeated calls are known.
type Dedupe struct {
	Off      bool          // `dedupe: none`
	Key      string        // template over $context; "": the preset's, else the header Idempotency-Key
	Window   time.Duration // how long a key is kept
	Required bool          // a call without a key is refused
}

// CORS lets pages of other origins call (Fetch standard, section 3.2).
type CORS struct {
	Origins     []string // exact origins, or "*" alone
	Headers     []string // that a page may send; empty: those it asks for
	Expose      []string // of the answer, that a page may read
	Credentials bool
	MaxAge      time.Duration // how long a browser may remember the preflight
}

// Parameters are the declared parts of a call: documentation and labels, never paths.
type Parameters struct{ Headers, Query, Body []Parameter }

// Parameter is one declared part of a call.
type Parameter struct{ Key, Alias string }

// Answer is a templated reply.
type Answer struct {
	Status  value.Value // number or template
	Headers value.Value // object
	Body    value.Value // any value; templates inside
}

// SyncOptions rule what a waiting caller gets when time is out.
type SyncOptions struct {
	Timeout       time.Duration // 0: the server's
	Continue      bool          // 202 and a status URL instead of TimeoutStatus
	TimeoutStatus int
}

// Options are the options of executions.
type Options struct {
	Concurrency Concurrency
	Timeout     time.Duration // of a whole execution, waiting included; 0: none
	Retain      time.Duration // of deliveries and what they started; 0: the server's
}

// Concurrency bounds how many executions of a workflow (or of one group in it) run at once.
type Concurrency struct {
	Limit int    // 0: the server's
	Group string // template; empty: the workflow is one group
}

// OnError says what a failed node means.
type OnError string

// What a failed node may mean.
const (
	OnErrorFail     OnError = "fail"
	OnErrorContinue OnError = "continue"
	OnErrorBranch   OnError = "branch"
)

// ErrorBranch is the name of the branch that OnErrorBranch runs.
const ErrorBranch = "error"

// Node is one node of the tree. Its config is compiled by its kind.
type Node struct {
	Key      string
	Type     string // canonical name
	Title    string
	Config   value.Value
	Retry    Retry
	Timeout  time.Duration // per attempt; 0: the kind's default
	OnError  OnError
	Branches []Branch // in the order written
	At       string   // path in the document, e.g. nodes[1].branches.then[0]
}

// Branch is a named list of nodes under a node.
type Branch struct {
	Name  string
	Nodes []Node
}

// Retry rules how often a failed attempt is made again.
type Retry struct {
	Attempts int // includes the first; 0 means 1
	Delay    time.Duration
	Factor   float64
	MaxDelay time.Duration
}

// Wait returns how long to wait after the given failed attempt (1 is the first): as Backoff says, and not less than
// the failure asked for with retryAfter, which counts up to MaxDelay.
func (r Retry) Wait(attempt int, retryAfter time.Duration) time.Duration {
	if r.MaxDelay > 0 {
		retryAfter = min(retryAfter, r.MaxDelay)
	}
	return max(r.Backoff(attempt), retryAfter)
}

// Backoff returns how long to wait after the given failed attempt (1 is the first).
func (r Retry) Backoff(attempt int) time.Duration {
	d := float64(r.Delay)
	for range attempt - 1 {
		d *= r.Factor
		if r.MaxDelay > 0 && d >= float64(r.MaxDelay) {
			return r.MaxDelay
		}
	}
	if r.MaxDelay > 0 {
		return min(time.Duration(d), r.MaxDelay)
	}
	return time.Duration(d)
}
