package flow

import (
	"net/netip"
	"slices"
	"time"

	"hookline.dev/hookline/internal/value"
)

// Workflow is a parsed document. Texts that may hold templates are kept as written. Their users compile them:
// ingress those of the trigger, node kinds those of their configs.
type Workflow struct {
	Key      string
	Title    string
	Enabled  bool
	Trigger  Trigger
	Options  Options
	Nodes    []Node
	Document value.Value // the canonical document; its hash names the revision
	Revision string      // hex of the first 16 bytes of the SHA-256 of Document
}

// Mode says whether the caller waits for the workflow.
type Mode string

// The modes of a trigger.
const (
	Async Mode = "async"
	Sync  Mode = "sync"
)

// The types of triggers.
const (
	TypeWebhook = "webhook" // by a call of its URL
	TypeCall    = "call"    // by another workflow; it has no URL
)

// Trigger describes how a workflow is started.
type Trigger struct {
	Type         string // TypeWebhook or TypeCall
	Mode         Mode
	Methods      []string // upper case, in the order written
	Path         string   // such as "/github/{owner}/{repo}"; empty: none
	ContentTypes []string // lower case; empty: all supported types
	MaxBody      int64    // bytes; 0: the server's limit
	Auth         Auth
	RateLimit    *RateLimit
	Parameters   Parameters
	Schema       value.Value // JSON Schema 2020-12 for the data; Missing: none
	Filter       string      // an expression; "": accept every call
	Dedupe       Dedupe
	CORS         *CORS
	Response     *Answer // nil: the default response
	Sync         SyncOptions
}

// Auth lists the gates that a caller must pass.
type Auth struct {
	None  bool    // `auth: none`: explicitly open to anyone
	Gates         // all gates that are set must pass
	Any   []Gates // if not empty, one of these must pass too
}

// Open reports whether anyone may call. One open alternative opens the whole list.
func (a Auth) Open() bool {
	return a.Gates.open() && (len(a.Any) == 0 || slices.ContainsFunc(a.Any, Gates.open))
}

// Gates are ways to authenticate a caller. All that are set must pass.
type Gates struct {
	Basic     *BasicAuth
	Token     *TokenAuth
	Signature *Signature
	AllowIPs  []netip.Prefix // masked, IPv4-mapped addresses as IPv4; nil: no restriction
}

// open reports whether the gates let every call through. A signature that is only observed does not restrict
// anything.
func (g Gates) open() bool {
	return g.Basic == nil && g.Token == nil && g.AllowIPs == nil && (g.Signature == nil || g.Signature.Observe)
}

// BasicAuth requires a user name and a password (RFC 7617). Both may be templates over $env.
type BasicAuth struct{ Username, Password string }

// TokenAuth requires a fixed value in a header or in a query parameter. Value may be a template over $env.
type TokenAuth struct{ Header, Query, Value string }

// Signature requires a signed call (SPEC §2).
type Signature struct {
	Preset    string
	Secrets   []string      // templates over $env; several during a rotation
	Keys      value.Value   // object of named parameters other than shared secrets; strings may be templates over $env
	URL       string        // the public URL, for schemes that sign it; "": derived from --public-url and the call
	Tolerance time.Duration // 0: the preset's default
	Observe   bool          // record the verdict, but let every call through
}

// RateLimit limits the calls for each value of Key, with a bucket of Burst tokens that fills by Rate tokens every
// Per.
type RateLimit struct {
	Rate  int
	Per   time.Duration
	Burst int
	Key   string // template over ip, headers, params, query and path of $context; "": one bucket for all calls
}

// Dedupe says how repeated calls are recognized.
type Dedupe struct {
	Off      bool          // `dedupe: none`
	Key      string        // template over $context; "": the preset's key, otherwise the Idempotency-Key header
	Window   time.Duration // how long a key is remembered
	Required bool          // refuse a call without a key
}

// CORS allows calls from pages of other origins (Fetch standard, section 3.2).
type CORS struct {
	Origins     []string // exact origins, or only "*"
	Headers     []string // request headers that a page may send; empty: those that it asks for
	Expose      []string // response headers that a page may read
	Credentials bool
	MaxAge      time.Duration // how long a browser may cache the preflight response
}

// Parameters are the declared parts of a call. They serve documentation and labels only.
type Parameters struct{ Headers, Query, Body []Parameter }

// Parameter is one declared part of a call.
type Parameter struct{ Key, Alias string }

// Answer is a response with templates.
type Answer struct {
	Status  value.Value // a number or a template
	Headers value.Value // object
	Body    value.Value // any value, with templates inside
}

// SyncOptions decide what a waiting caller gets after the timeout.
type SyncOptions struct {
	Timeout       time.Duration // 0: the server's timeout
	Continue      bool          // respond with 202 and a status URL instead of TimeoutStatus
	TimeoutStatus int
}

// Options are the options of a workflow's executions.
type Options struct {
	Concurrency Concurrency
	Timeout     time.Duration // of a whole execution, including its waits; 0: none
	Retain      time.Duration // how long to keep deliveries and their executions; 0: the server's setting
	Labels      []LabelText   // labels of executions, in the order written
	OnFailure   string        // key of the call workflow that runs when an execution has failed or was aborted; "": none
}

// LabelText is how a label is made from a call.
type LabelText struct {
	Name string
	Text string // a template
}

// Concurrency limits how many executions of a workflow, or of one group in it, run at once.
type Concurrency struct {
	Limit int    // 0: the server's limit
	Group string // a template; empty: the whole workflow is one group
}

// OnError says what happens when a node fails.
type OnError string

// The values of OnError.
const (
	OnErrorFail     OnError = "fail"
	OnErrorContinue OnError = "continue"
	OnErrorBranch   OnError = "branch"
)

// ErrorBranch is the name of the branch that OnErrorBranch runs.
const ErrorBranch = "error"

// Node is one node of the tree. Its kind compiles the config.
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

// Retry says how often and after which delays a failed attempt is repeated.
type Retry struct {
	Attempts int // includes the first attempt; 0 means 1
	Delay    time.Duration
	Factor   float64
	MaxDelay time.Duration
}

// Wait returns the delay after the given failed attempt, counted from 1. It is the delay from Backoff, or
// retryAfter if that is longer. retryAfter is what the failure asked for; it is cut at MaxDelay.
func (r Retry) Wait(attempt int, retryAfter time.Duration) time.Duration {
	if r.MaxDelay > 0 {
		retryAfter = min(retryAfter, r.MaxDelay)
	}
	return max(r.Backoff(attempt), retryAfter)
}

// Backoff returns the delay after the given failed attempt, counted from 1: Delay times Factor for each further
// attempt, at most MaxDelay unless that is 0.
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
