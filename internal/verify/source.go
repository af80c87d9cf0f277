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
	inPairs // a timestamp in the same header as the signature
)

// source is a compiled Location.
type source struct {
	kind sourceKind
	name string   // canonical header, query parameter, JSON path or name in a pair
	path []string // only for inJSON
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

// String describes the source within a sentence.
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

// read returns the value and the number of times it occurs in the call. A value that occurs twice must not be
// trusted, because the next reader may take the other one.
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

// queryValue finds a parameter in a raw query without building a map.
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

// lookup follows a path through a value. In an array, a number is an index.
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

// scalar returns the text of a string or number.
func scalar(v value.Value) (string, bool) {
	if s, ok := v.Str(); ok {
		return s, true
	}
	return v.Num()
}
