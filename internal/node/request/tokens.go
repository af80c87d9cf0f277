package request

import (
	"context"
	"crypto/sha256"
	"sync"
	"time"
)

// Limits of the cache of access tokens.
const (
	maxTokens       = 1000
	maxTokenSeconds = 365 * 24 * 3600
	unknownLife     = time.Minute      // of a token whose endpoint does not say
	tokenMargin     = 30 * time.Second // before its end, a token is not used any more
)

// Tokens keeps access tokens in memory. It is safe for concurrent use. A token is asked for by one request at a time;
// others with the same credentials wait for it.
type Tokens struct {
	fixed string // not "": the token of all requests, which is never asked for

	mu   sync.Mutex
	byID map[[sha256.Size]byte]*token
}

// token is one entry. Its lock is a channel with room for one, so that waiting for it ends with a context.
type token struct {
	lock chan struct{}
	text string
	ends time.Time
}

// FixedTokens returns a cache in which every request finds the same token, for tests of workflows.
func FixedTokens(token string) *Tokens { return &Tokens{fixed: token} }

// NewTokens returns an empty cache.
func NewTokens() *Tokens { return &Tokens{byID: make(map[[sha256.Size]byte]*token)} }

// get returns the token with a key that is valid at now, or fetches one. forget removes a token that came from the
// cache, and is nil for one that was fetched.
func (t *Tokens) get(ctx context.Context, key [sha256.Size]byte, now time.Time, fetch func() (string, time.Duration, error)) (text string, forget func(), err error) {
	if t.fixed != "" {
		return t.fixed, nil, nil
	}
	entry := t.entry(key)
	select {
	case entry.lock <- struct{}{}:
		defer func() { <-entry.lock }()
	case <-ctx.Done():
		return "", nil, ctx.Err()
	}
	if entry.text != "" && now.Before(entry.ends) {
		text := entry.text
		return text, func() { entry.forget(text) }, nil
	}
	text, lives, err := fetch()
	if err != nil {
		return "", nil, err
	}
	entry.text, entry.ends = text, now.Add(lives-min(tokenMargin, lives/2))
	return text, nil, nil
}

// entry returns the entry of a key. A full cache is emptied: its tokens are fetched again.
func (t *Tokens) entry(key [sha256.Size]byte) *token {
	t.mu.Lock()
	defer t.mu.Unlock()
	if e := t.byID[key]; e != nil {
		return e
	}
	if len(t.byID) >= maxTokens {
		clear(t.byID)
	}
	e := &token{lock: make(chan struct{}, 1)}
	t.byID[key] = e
	return e
}

// forget removes the token if it is still this one.
func (e *token) forget(text string) {
	e.lock <- struct{}{}
	if e.text == text {
		e.text = ""
	}
	<-e.lock
}
