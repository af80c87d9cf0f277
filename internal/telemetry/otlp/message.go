package otlp

import (
	"encoding/hex"
	"strconv"
	"time"
)

// The messages of OTLP in protobuf's JSON, with ids in hex as the protocol wants it: ExportTraceServiceRequest and what is
// in it. 64-bit integers are texts.
type (
	request struct {
		ResourceSpans []resourceSpans `json:"resourceSpans"`
	}
	resourceSpans struct {
		Resource   resource     `json:"resource"`
		ScopeSpans []scopeSpans `json:"scopeSpans"`
	}
	resource struct {
		Attributes []keyValue `json:"attributes"`
	}
	scopeSpans struct {
		Scope scope      `json:"scope"`
		Spans []spanJSON `json:"spans"`
	}
	scope struct {
		Name    string `json:"name"`
		Version string `json:"version,omitempty"`
	}
	spanJSON struct {
		TraceID    string      `json:"traceId"`
		SpanID     string      `json:"spanId"`
		TraceState string      `json:"traceState,omitempty"`
		Parent     string      `json:"parentSpanId,omitempty"`
		Name       string      `json:"name"`
		Kind       int         `json:"kind"`
		Start      string      `json:"startTimeUnixNano"`
		End        string      `json:"endTimeUnixNano"`
		Attributes []keyValue  `json:"attributes,omitempty"`
		Events     []eventJSON `json:"events,omitempty"`
		Status     *status     `json:"status,omitempty"`
	}
	eventJSON struct {
		At         string     `json:"timeUnixNano"`
		Name       string     `json:"name"`
		Attributes []keyValue `json:"attributes,omitempty"`
	}
	status struct {
		Code int `json:"code"`
	}
	keyValue struct {
		Key   string   `json:"key"`
		Value anyValue `json:"value"`
	}
	anyValue struct {
		String *string `json:"stringValue,omitempty"`
		Int    *string `json:"intValue,omitempty"`
		Bool   *bool   `json:"boolValue,omitempty"`
	}
)

// statusError is STATUS_CODE_ERROR.
const statusError = 2

// request returns the message that exports spans.
func (t *Tracer) request(spans []span) request {
	about := []attribute{{"service.name", t.opt.Target.Service}, {"service.version", t.opt.Version}}
	for _, a := range t.opt.Target.Resource {
		about = append(about, attribute{a[0], a[1]})
	}
	all := make([]spanJSON, len(spans))
	for i := range spans {
		all[i] = encode(&spans[i])
	}
	return request{[]resourceSpans{{
		Resource:   resource{keyValues(about)},
		ScopeSpans: []scopeSpans{{Scope: scope{"hookline", t.opt.Version}, Spans: all}},
	}}}
}

func encode(s *span) spanJSON {
	j := spanJSON{
		TraceID: hex.EncodeToString(s.trace[:]), SpanID: hex.EncodeToString(s.id[:]), TraceState: s.state, Name: s.name, Kind: s.kind,
		Start: nano(s.start), End: nano(s.end), Attributes: keyValues(s.attributes),
	}
	if s.parent != (spanID{}) {
		j.Parent = hex.EncodeToString(s.parent[:])
	}
	for _, e := range s.events {
		j.Events = append(j.Events, eventJSON{nano(e.at), e.name, keyValues(e.attributes)})
	}
	if s.failed {
		j.Status = &status{statusError}
	}
	return j
}

func keyValues(all []attribute) []keyValue {
	out := make([]keyValue, 0, len(all))
	for _, a := range all {
		var v anyValue
		switch of := a.value.(type) {
		case string:
			v.String = &of
		case int:
			v.Int = new(strconv.Itoa(of))
		case bool:
			v.Bool = &of
		}
		out = append(out, keyValue{a.key, v})
	}
	return out
}

func nano(at time.Time) string { return strconv.FormatInt(at.UnixNano(), 10) }
