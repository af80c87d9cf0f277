package verify

import (
	"net/textproto"
	"net/url"
	"strconv"
	"strings"

	"hookline.dev/hookline/internal/value"
)

type sourceKind uint8

const (
	nowhere sourceKind = iota
	inHeader
	inQuery
	inJSON
	inPairs // the timestamp of a pair header, which stands with the signature
)

// source is a compiled Location.
type source struct {
	kind sourceKind
	name string   // canonical header, query parameter, JSON path as written, name of a pair
	path []string // of inJSON
}

func headerSource(name string) source {
	if name == "" {
		return source{}
	}
	return source{kind: inHeader, name: textproto.CanonicalMIMEHeaderKey(name)}
}

func jsonSource(path string) source {
	return source{kind: inJSON, name: path, path: strings.Split(path, ".")}
}

func (p Location) source() source {
	switch {
	case p.Header != "":
		return headerSource(p.Header)
	case p.Query != "":
		return source{kind: inQuery, name: p.Query}
	case p.JSON != "":
		return jsonSource(p.JSON)
	default:
		return source{}
	}
}

// String names the source in a sentence.
func (s source) String() string {
	switch s.kind {
	case inHeader:
		return "header " + s.name
	case inQuery:
		return "query parameter " + s.name
	case inJSON:
		return "body field " + s.name
	case inPairs:
		return "entry " + s.name
	default:
		return "nothing"
	}
}

// read returns the value and how often it stands in the call: a value that is there twice is not to
// be trusted, because whoever looks next may take the other one.
func (s source) read(r *callState) (text string, times int) {
	switch s.kind {
	case inHeader:
		values := r.call.Header[s.name]
		return first(values), len(values)
	case inQuery:
		return queryValue(r.call.Query, s.name)
	case inJSON:
		if text, ok := scalar(lookup(r.document(), s.path)); ok {
			return text, 1
		}
	case inPairs:
		return r.timestamp, r.timestamps
	}
	return "", 0
}

func first(values []string) string {
	if len(values) == 0 {
		return ""
	}
	return values[0]
}

// queryValue finds a parameter in a raw query without building a map of it.
func queryValue(query, name string) (text string, times int) {
	for query != "" {
		var pair string
		pair, query, _ = strings.Cut(query, "&")
		key, raw, _ := strings.Cut(pair, "=")
		if key, err := url.QueryUnescape(key); err != nil || key != name {
			continue
		}
		v, err := url.QueryUnescape(raw)
		if err != nil {
			continue
		}
		if times++; times == 1 {
			text = v
		}
	}
	return text, times
}

// lookup follows a path; a number is an index where it meets an array.
func lookup(v value.Value, path []string) value.Value {
	for _, name := range path {
		if i, err := strconv.Atoi(name); err == nil && v.Kind() == value.KindArray {
			v = v.At(i)
		} else {
			v = v.Get(name)
		}
	}
	return v
}

// scalar is the text of a string or number.
func scalar(v value.Value) (string, bool) {
	if s, ok := v.Str(); ok {
		return s, true
	}
	return v.Num()
}
