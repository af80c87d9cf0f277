package rowcodec

import (
	"crypto/sha256"
	"encoding/binary"
	"strconv"

	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/value"
)

// EncodeMetadata returns the head of a request and the results of ingress.
// Empty members are left out.
func EncodeMetadata(d *hook.Delivery) string {
	r := &d.Request
	buf := appendRequest(make([]byte, 0, sizeOf(r)+64*(len(d.Verdicts)+len(d.Revision)/16)+len(d.DedupeKey)), r)
	buf = appendWord(buf, `,"stored":`, r.Stored)
	buf = appendWord(buf, `,"form":`, r.Form)
	buf = appendWord(buf, `,"as":`, r.As)
	for i := range r.Files {
		buf = appendFile(appendNext(buf, `,"files":[`, i), &r.Files[i])
	}
	buf = appendEnd(buf, len(r.Files))
	for i := range d.Verdicts {
		buf = appendVerdict(appendNext(buf, `,"verdicts":[`, i), &d.Verdicts[i])
	}
	buf = appendEnd(buf, len(d.Verdicts))
	for i, address := range d.Chain {
		buf = appendText(appendNext(buf, `,"chain":[`, i), address)
	}
	buf = appendEnd(buf, len(d.Chain))
	buf = appendWord(buf, `,"key":`, d.DedupeKey)
	buf = appendWord(buf, `,"revision":`, d.Revision)
	if d.ReplayOf != 0 {
		buf = strconv.AppendInt(append(buf, `,"replayOf":`...), int64(d.ReplayOf), 10)
	}
	return string(append(buf, '}'))
}

// WithFirst adds the status of the first execution to the metadata of a repeat, so that repeating the Accept
// returns the same outcome.
func WithFirst(metadata string, s flow.Status) string {
	return string(append(appendWord([]byte(metadata[:len(metadata)-1]), `,"first":`, string(s)), '}'))
}

// DecodeMetadata reads the result of EncodeMetadata. first is the status that WithFirst added.
func DecodeMetadata(text string, d *hook.Delivery) (first flow.Status) {
	for name, v := range value.Trusted(text).Members() {
		switch name {
		case "verdicts":
			for e := range v.Elements() {
				d.Verdicts = append(d.Verdicts, readVerdict(e))
			}
		case "chain":
			for e := range v.Elements() {
				d.Chain = append(d.Chain, readText(e))
			}
		case "key":
			d.DedupeKey = readText(v)
		case "revision":
			d.Revision = readText(v)
		case "replayOf":
			n, _ := v.Int()
			d.ReplayOf = ident.ID(n)
		case "first":
			first = flow.Status(readText(v))
		default:
			readRequest(&d.Request, name, v)
		}
	}
	return first
}

// KeyHash returns the number under which the deliveries of a dedupe key are indexed.
func KeyHash(key string) int64 {
	sum := sha256.Sum256([]byte(key))
	return int64(binary.BigEndian.Uint64(sum[:8]))
}

// appendNext starts a list, or its next element.
func appendNext(dst []byte, begin string, i int) []byte {
	if i == 0 {
		return append(dst, begin...)
	}
	return append(dst, ',')
}

// appendEnd ends a list of n elements, if it was started.
func appendEnd(dst []byte, n int) []byte {
	if n == 0 {
		return dst
	}
	return append(dst, ']')
}

// appendWord is appendText for a member that is left out if it is empty.
func appendWord(dst []byte, name, text string) []byte {
	if text == "" {
		return dst
	}
	return appendText(append(dst, name...), text)
}

func appendVerdict(dst []byte, v *hook.Verdict) []byte {
	dst = appendText(append(dst, `{"gate":`...), v.Gate)
	if v.Passed {
		dst = append(dst, `,"passed":true`...)
	}
	if v.Observed {
		dst = append(dst, `,"observed":true`...)
	}
	dst = appendWord(dst, `,"reason":`, v.Reason)
	return append(appendWord(dst, `,"detail":`, v.Detail), '}')
}

func readVerdict(v value.Value) hook.Verdict {
	passed, _ := v.Get("passed").AsBool()
	observed, _ := v.Get("observed").AsBool()
	return hook.Verdict{
		Gate: readText(v.Get("gate")), Passed: passed, Observed: observed,
		Reason: readText(v.Get("reason")), Detail: readText(v.Get("detail")),
	}
}

func appendFile(dst []byte, f *hook.File) []byte {
	dst = appendText(append(dst, `{"name":`...), f.Name)
	dst = appendText(append(dst, `,"filename":`...), f.Filename)
	dst = appendText(append(dst, `,"type":`...), f.Type)
	dst = strconv.AppendInt(append(dst, `,"size":`...), f.Size, 10)
	return append(appendText(append(dst, `,"sha256":`...), f.SHA256), '}')
}

func readFile(v value.Value) hook.File {
	size, _ := v.Get("size").Int()
	return hook.File{
		Name: readText(v.Get("name")), Filename: readText(v.Get("filename")), Type: readText(v.Get("type")),
		Size: size, SHA256: readText(v.Get("sha256")),
	}
}

// EncodeAnswer returns an answer, "" for nil. It cuts the body at hook.MaxAnswer.
func EncodeAnswer(r *hook.Reply) string {
	if r == nil {
		return ""
	}
	body := r.Body[:min(len(r.Body), hook.MaxAnswer)]
	dst := strconv.AppendInt(append(make([]byte, 0, 64+len(body)), `{"status":`...), int64(r.Status), 10)
	dst = AppendHeaders(append(dst, `,"headers":`...), r.Headers)
	return string(append(appendText(append(dst, `,"body":`...), string(body)), '}'))
}

// DecodeAnswer reads the result of EncodeAnswer.
func DecodeAnswer(v value.Value) *hook.Reply {
	if v.IsNull() {
		return nil
	}
	status, _ := v.Get("status").Int()
	r := &hook.Reply{Status: int(status), Headers: DecodeHeaders(v.Get("headers"))}
	if body := readText(v.Get("body")); body != "" {
		r.Body = []byte(body)
	}
	return r
}
