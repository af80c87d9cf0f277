package otlp

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math"
	"strings"

	"hookline.dev/hookline/internal/ident"
)

// traceID and spanID are the ids of OpenTelemetry. The zero id is not valid.
type (
	traceID [16]byte
	spanID  [8]byte
)

// trace says where a call belongs.
type trace struct {
	id      traceID
	parent  spanID // of the call's span; zero: the call begins the trace
	state   string // tracestate
	sampled bool
}

// The parts of a traceparent of version 00 (W3C Trace Context section 3.2): version-traceid-parentid-flags.
const (
	parentLen   = len("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
	flagSampled = 1
	maxState    = 512 // characters of a tracestate that are carried on
)

// parse reads the headers traceparent and tracestate. False: traceparent is missing or not valid.
func parse(parent, state string) (trace, bool) {
	if len(parent) < parentLen || parent[2] != '-' || parent[35] != '-' || parent[52] != '-' {
		return trace{}, false
	}
	version, flags, t := [1]byte{}, [1]byte{}, trace{}
	valid := unhex(version[:], parent[:2]) && unhex(t.id[:], parent[3:35]) && unhex(t.parent[:], parent[36:52]) && unhex(flags[:], parent[53:55])
	switch {
	case !valid, version[0] == 0xff, t.id == traceID{}, t.parent == spanID{}:
		return trace{}, false
	case len(parent) > parentLen && (version[0] == 0 || parent[parentLen] != '-'):
		return trace{}, false
	}
	t.sampled = flags[0]&flagSampled != 0
	if len(state) <= maxState && !strings.ContainsFunc(state, func(r rune) bool { return r < ' ' || r > '~' }) {
		t.state = state
	}
	return t, true
}

// unhex decodes hex digits in lower case, the only form that is valid.
func unhex(into []byte, text string) bool {
	if strings.ContainsAny(text, "ABCDEF") {
		return false
	}
	_, err := hex.Decode(into, []byte(text))
	return err == nil
}

// header formats a traceparent.
func header(id traceID, span spanID, sampled bool) string {
	flags := "-00"
	if sampled {
		flags = "-01"
	}
	return "00-" + hex.EncodeToString(id[:]) + "-" + hex.EncodeToString(span[:]) + flags
}

// seed derives ids. It is a secret of the data directory.
type seed [sha256.Size]byte

// The kinds of derived ids.
const (
	ofTrace = iota
	ofCall
	ofExecution
	ofStep
)

// trace returns the trace of a call that has the headers parent and state.
func (s *seed) trace(delivery ident.ID, parent, state string, ratio float64) trace {
	if t, ok := parse(parent, state); ok {
		return t
	}
	sum := s.derive(ofTrace, delivery, 0, 0, "")
	t := trace{id: traceID(sum[:16])}
	t.sampled = within(t.id, ratio)
	return t
}

// within decides by the id, as OpenTelemetry's TraceIdRatioBased sampler does: all who know the id decide alike.
func within(id traceID, ratio float64) bool {
	return ratio >= 1 || float64(binary.BigEndian.Uint64(id[8:])>>1) < ratio*math.MaxInt64
}

// call returns the id of a call's span.
func (s *seed) call(delivery ident.ID) spanID { return s.span(ofCall, delivery, 0, 0, "") }

// execution returns the id of the span of one round of an execution.
func (s *seed) execution(id ident.ID, round int) spanID { return s.span(ofExecution, id, round, 0, "") }

// step returns the id of the span of one attempt of a step.
func (s *seed) step(id ident.ID, round int, path string, attempt int) spanID {
	return s.span(ofStep, id, round, attempt, path)
}

func (s *seed) span(kind byte, id ident.ID, round, attempt int, path string) spanID {
	sum := s.derive(kind, id, round, attempt, path)
	return spanID(sum[:8])
}

func (s *seed) derive(kind byte, id ident.ID, round, attempt int, path string) [sha256.Size]byte {
	b := append(make([]byte, 0, len(s)+32+len(path)), s[:]...)
	b = binary.BigEndian.AppendUint64(append(b, kind), uint64(id))
	b = binary.BigEndian.AppendUint32(b, uint32(round))
	b = binary.BigEndian.AppendUint32(b, uint32(attempt))
	return sha256.Sum256(append(b, path...))
}
