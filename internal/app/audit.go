package app

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"time"

	"hookline.dev/hookline/internal/api"
	"hookline.dev/hookline/internal/audit"
	"hookline.dev/hookline/internal/catalog"
	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/throttle"
	"hookline.dev/hookline/internal/value"
)

// The limits of the audit log.
const (
	// refusedPerMinute is how many refused requests are written a minute. More are counted, and the count is written.
	refusedPerMinute = 60
	maxAuditText     = 1 << 10  // bytes of one text of an entry
	maxAuditValue    = 16 << 10 // bytes of what was before, or is after
)

// auditor writes the audit log.
type auditor struct {
	app     *App
	refused *throttle.Limiter

	mu      sync.Mutex
	dropped int64 // refused requests that were not written since the last entry about them
}

func (a *App) newAuditor() *auditor {
	limit := throttle.Limit{Rate: refusedPerMinute, Per: time.Minute, Burst: refusedPerMinute}
	return &auditor{
		app: a, refused: throttle.NewLimiter(limit, 1, clock.System().Now()),
	}
}

// Record implements api.Audit.
func (l *auditor) Record(e audit.Entry) {
	if e.Status < http.StatusBadRequest || e.Status >= http.StatusInternalServerError {
		l.write(e)
		return
	}
	// A refused request changed nothing, and anyone can send any number of them.
	if !l.refused.Allow("", clock.System().Now()).OK {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.dropped++
		return
	}
	l.write(append(l.summary(), e)...)
}

// summary returns the entry about refused requests that were not written, if there are any.
func (l *auditor) summary() []audit.Entry {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.dropped == 0 {
		return nil
	}
	var b value.ObjectBuilder
	e := byServer("refused-requests", "", b.Set("notWritten", value.Int(l.dropped)).Value())
	l.dropped = 0
	return []audit.Entry{e}
}

// byServer returns an entry about something that the server did itself.
func byServer(action, target string, after value.Value) audit.Entry {
	return audit.Entry{At: clock.System().Now(), By: audit.Actor{Kind: audit.Server, Name: audit.Server}, Action: action, Target: target, After: after}
}

// write writes entries, without secrets and bounded. If the store cannot, they go to the log.
func (l *auditor) write(entries ...audit.Entry) {
	masker := l.app.vars.Current().Masker()
	for i := range entries {
		e := &entries[i]
		for _, text := range []*string{&e.By.Name, &e.By.Address, &e.Action, &e.Target} {
			*text = shortened(masker.Text(strings.ToValidUTF8(*text, "\uFFFD")), maxAuditText)
		}
		for _, v := range []*value.Value{&e.Before, &e.After} {
			if v.IsMissing() {
				continue
			}
			if *v = masker.Value(*v); len(v.Text()) > maxAuditValue {
				var b value.ObjectBuilder
				*v = b.Set("tooLarge", value.Int(int64(len(v.Text())))).Value()
			}
		}
	}
	if _, err := l.app.store.AppendAudit(entries); err != nil {
		for _, e := range entries {
			l.app.log.Error("an entry of the audit log could not be written", "error", err, "by", e.By.Name, "address", e.By.Address,
				"action", e.Action, "target", e.Target, "status", e.Status)
		}
	}
}

// reloaded writes what the server has published on its own, at the start, on a signal, or because a file changed. A reload
// over the API has an entry of its own.
func (l *auditor) reloaded(r catalog.Report) {
	var b value.ObjectBuilder
	changed := len(r.Collections) > 0
	for _, part := range []struct {
		name string
		keys []string
	}{
		{"published", r.Published}, {"disabled", r.Disabled}, {"channels", r.Channels.Published}, {"channelsDeleted", r.Channels.Deleted},
	} {
		if v, err := value.From(part.keys); err == nil && len(part.keys) > 0 {
			b.Set(part.name, v)
			changed = true
		}
	}
	if changed {
		l.write(byServer("reload", "", b.Set("collectionsChanged", value.Int(int64(len(r.Collections)))).Value()))
	}
}

// shortened returns at most the first n bytes of a text, whole characters only.
func shortened(text string, n int) string {
	if len(text) <= n {
		return text
	}
	return strings.ToValidUTF8(text[:n], "")
}

// Entries implements api.Audit.
func (l *auditor) Entries(ctx context.Context, q store.AuditQuery) ([]audit.Entry, error) {
	return l.app.store.AuditEntries(ctx, q)
}

// Verify implements api.Audit.
func (l *auditor) Verify(ctx context.Context, noted []audit.Mark) (api.AuditVerified, error) {
	return verifyAudit(ctx, l.app.store, noted)
}

// verifyAudit checks the whole log. Entries that are written meanwhile are not checked.
func verifyAudit(ctx context.Context, s store.Audit, noted []audit.Mark) (api.AuditVerified, error) {
	ends, err := s.AuditEnds(ctx)
	if err != nil {
		return api.AuditVerified{}, err
	}
	done := api.AuditVerified{Head: ends.Head.String()}
	if ends.Anchor.Seq > 0 {
		done.Anchor = ends.Anchor.String()
	}
	chain := audit.NewChain(ends.Anchor)
	for _, m := range noted {
		chain.Expect(m)
	}
	broken := func(err error) (api.AuditVerified, error) {
		if b, ok := errors.AsType[*audit.Broken](err); ok {
			done.Broken, done.Reason = b.Seq, b.Reason
			return done, nil
		}
		return done, err
	}
	for q := (store.AuditQuery{Oldest: true, Limit: store.MaxPage}); ; {
		page, err := s.AuditEntries(ctx, q)
		if err != nil {
			return done, err
		}
		for i := range page {
			q.After = page[i].Seq
			if later, err := added(ctx, s, ends.Head, page[i].Seq); err != nil {
				return done, err
			} else if later {
				page = page[:i]
				break
			}
			if err := chain.Add(&page[i]); err != nil {
				return broken(err)
			}
		}
		if len(page) < q.Limit {
			break
		}
	}
	if done.Entries, err = chain.End(ends.Head); err != nil {
		return broken(err)
	}
	done.OK = true
	return done, nil
}

// added reports whether an entry behind the head was written after the head was read: then the head has moved on.
func added(ctx context.Context, s store.Audit, head audit.Mark, seq int64) (bool, error) {
	if seq <= head.Seq {
		return false, nil
	}
	now, err := s.AuditEnds(ctx)
	return err == nil && now.Head.Seq >= seq, err
}

// noteHead writes the head of the audit log to the server's log, where it is apart from the database.
func (l *auditor) noteHead() {
	if ends, err := l.app.store.AuditEnds(context.Background()); err == nil && ends.Head.Seq > 0 {
		l.app.log.Info("head of the audit log; hookline audit verify --noted HEAD checks that the log still contains it", "head", ends.Head.String())
	}
}
