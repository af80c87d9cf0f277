package document

import (
	"fmt"
	"strings"

	"hookline.dev/hookline/internal/body"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/value"
)

// Found are the parameters of a sample, by part: parents before their members, and every element of an array. A part
// lists at most MaxParameters.
type Found struct {
	Headers, Query, Body []FoundParameter
	// Omitted says how many parameters a part ("headers", "query" or "body") has besides those that are listed.
	Omitted map[string]Omitted
}

// FoundParameter is one parameter of a sample.
type FoundParameter struct {
	Key    string // a header's name in lower case, or a path
	Alias  string // a name for people; no two of one part are equal
	Kind   value.Kind
	Length int    // of an array or object
	Sample string // a string, or the exact JSON text of another scalar; at most MaxSampleText bytes
	Cut    bool   // the value is longer than Sample
}

// Omitted is a number of parameters that are not listed.
type Omitted struct {
	Count   int
	AtLeast bool // there may be more
}

// String states the number for people.
func (o Omitted) String() string {
	if o.AtLeast {
		return fmt.Sprintf("at least %d more are left out", o.Count)
	}
	return fmt.Sprintf("%d more are left out", o.Count)
}

func (f *Found) none() bool { return len(f.Headers)+len(f.Query)+len(f.Body) == 0 }

// MaxSampleText is the longest value that a FoundParameter shows, in bytes.
const MaxSampleText = 200

// ParametersIn derives parameters from a call. Values that are credentials, by their names, are masked. Errors are of
// kind fault.Invalid.
func ParametersIn(req hook.Request) (Found, error) {
	call, err := body.Context(req)
	if err != nil {
		return Found{}, invalid("%s", fault.Message(err))
	}
	f := Found{Omitted: make(map[string]Omitted)}
	f.Headers = f.part("headers", headersIn(req.Headers))
	f.Query = f.part("query", call.Query)
	f.Body = f.part("body", call.Data)
	return f, nil
}

// part lists the parameters of one part.
func (f *Found) part(name string, v value.Value) []FoundParameter {
	places, omitted := placesIn(v, name == "headers")
	if omitted.Count > 0 {
		f.Omitted[name] = omitted
	}
	aliases := aliasesOf(places)
	list := make([]FoundParameter, len(places))
	for i, p := range places {
		list[i] = FoundParameter{Key: p.key, Alias: aliases[i], Kind: p.value.Kind()}
		if k := p.value.Kind(); k == value.KindArray || k == value.KindObject {
			list[i].Length = p.value.Len()
			continue
		}
		list[i].Sample, list[i].Cut = sampleText(p)
	}
	return list
}

// sampleText returns what is shown of a scalar.
func sampleText(p place) (text string, cut bool) {
	text, isText := p.value.Str()
	if !isText {
		text = p.value.Text()
	}
	if text != "" && p.isCredential() {
		if scheme, _, more := strings.Cut(text, " "); more && strings.HasSuffix(p.key, "authorization") && isToken(scheme) {
			return scheme + " " + Masked, false
		}
		return Masked, false
	}
	if len(text) <= MaxSampleText {
		return text, false
	}
	return strings.ToValidUTF8(text[:MaxSampleText], ""), true
}

// headersIn returns headers as an object, in their order, without those that every call has.
func headersIn(list []hook.Header) value.Value {
	var b value.ObjectBuilder
	seen := make(map[string]bool)
	for _, h := range list {
		name := strings.ToLower(h.Name)
		switch name {
		case "", "host", "content-length", "connection", "accept", "accept-encoding", "user-agent", "transfer-encoding":
			continue
		}
		if !seen[name] {
			seen[name] = true
			b.Set(name, value.String(h.Value))
		}
	}
	return b.Value()
}
