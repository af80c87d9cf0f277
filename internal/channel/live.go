package channel

import (
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Entry is a channel that can be used.
type Entry struct {
	Definition Definition
	Info       Info
	Channel    Channel
}

// Live has the channels that can be used now, by name. It is safe for concurrent use. The zero value has no channels.
type Live struct {
	entries atomic.Pointer[map[string]*Entry]
	mu      sync.Mutex
	next    map[string]time.Time // by channel: when it may send the next message, if every message took its time
}

// Set replaces all channels. Their rates go on where channels of the same names were.
func (l *Live) Set(entries []Entry) {
	byName := make(map[string]*Entry, len(entries))
	for i := range entries {
		byName[entries[i].Definition.Name] = &entries[i]
	}
	l.entries.Store(&byName)
	l.mu.Lock()
	defer l.mu.Unlock()
	for name := range l.next {
		if byName[name] == nil {
			delete(l.next, name)
		}
	}
}

// Find returns the channel with a name, or nil.
func (l *Live) Find(name string) *Entry {
	if m := l.entries.Load(); m != nil {
		return (*m)[name]
	}
	return nil
}

// Names returns the names of all channels, sorted.
func (l *Live) Names() []string {
	var names []string
	if m := l.entries.Load(); m != nil {
		for name := range *m {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// Reserve takes the next turn of a channel, and returns when it is: now or earlier, or later if the channel has
// reached its rate. Each turn is for one message (the generic cell rate algorithm, ITU-T I.371): up to
// Rate.Messages at once, and from then on one each Rate.Per / Rate.Messages.
func (l *Live) Reserve(e *Entry, now time.Time) time.Time { return l.reserve(e, now, true) }

// TryReserve is Reserve for a message that cannot wait: it takes the turn only if that is now or earlier.
func (l *Live) TryReserve(e *Entry, now time.Time) time.Time { return l.reserve(e, now, false) }

func (l *Live) reserve(e *Entry, now time.Time, wait bool) time.Time {
	rate, name := e.Info.Rate, e.Definition.Name
	l.mu.Lock()
	defer l.mu.Unlock()
	next := l.next[name]
	if next.Before(now) {
		next = now
	}
	if rate.Messages <= 0 {
		return next // later than now only after Pause
	}
	if l.next == nil {
		l.next = make(map[string]time.Time)
	}
	interval := rate.Per / time.Duration(rate.Messages)
	turn := next.Add(-interval * time.Duration(rate.Messages-1))
	if wait || !turn.After(now) {
		l.next[name] = next.Add(interval)
	}
	return turn
}

// Pause lets a channel send nothing before a time, because the provider said so.
func (l *Live) Pause(e *Entry, until time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.next == nil {
		l.next = make(map[string]time.Time)
	}
	rate, name := e.Info.Rate, e.Definition.Name
	if rate.Messages > 1 {
		until = until.Add(rate.Per / time.Duration(rate.Messages) * time.Duration(rate.Messages-1))
	}
	if l.next[name].Before(until) {
		l.next[name] = until
	}
}
