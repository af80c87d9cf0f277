package auth

import (
	"sync"
	"time"

	"hookline.dev/hookline/internal/ident"
)

// touchEvery is how often the time of last use of a session or a key is written.
const touchEvery = time.Minute

// maxRecent is the number of ids that are remembered. It is more than are in use within a minute on a busy server; when
// it is reached, all are forgotten, and at worst one more write is made for each.
const maxRecent = 16_384

// recent remembers when a use was last written, because the row that a request reads may not have it yet.
type recent struct {
	mu sync.Mutex
	at map[ident.ID]time.Time // guarded by mu
}

// due reports whether the use of id at now is to be written, and remembers that it is. was is the time in the row.
func (r *recent) due(id ident.ID, was, now time.Time) bool {
	if now.Sub(was) < touchEvery {
		return false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if last, ok := r.at[id]; ok && now.Sub(last) < touchEvery {
		return false
	}
	if len(r.at) >= maxRecent {
		clear(r.at)
	}
	r.at[id] = now
	return true
}
