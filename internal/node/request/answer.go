package request

import (
	"encoding/base64"
	"mime"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"hookline.dev/hookline/internal/body"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/node"
	"hookline.dev/hookline/internal/value"
)

// answer is a response whose secrets are masked.
type answer struct {
	status int
	header http.Header
	data   []byte
	file   value.Value // what the body was stored as; Missing: it is data
	blobs  []node.Blob // of file
}

// body returns the content: exact JSON if the response says that it is JSON, else a text. Bytes that are not text
// become base64, with the name of the encoding.
func (a answer) body() (v value.Value, encoding string) {
	if len(a.data) == 0 {
		return value.Null(), ""
	}
	typ := a.header.Get("Content-Type")
	if encodingOf(typ) == asJSON {
		if v, err := value.ParseBytes(a.data, value.Limits{}); err == nil {
			return v, ""
		}
	}
	if text, ok := textIn(typ, a.data); ok {
		return value.String(text), ""
	}
	return value.String(base64.StdEncoding.EncodeToString(a.data)), "base64"
}

// isText reports whether the content is text in UTF-8.
func (a answer) isText() bool { return utf8.Valid(a.data) && !slices.Contains(a.data, 0) }

// textIn decodes text in the charset of its media type.
func textIn(typ string, data []byte) (string, bool) {
	_, params, err := mime.ParseMediaType(typ)
	if charset := params["charset"]; err == nil && charset != "" {
		d, err := body.Decode("text/plain; charset="+charset, data, body.Limits{})
		if err == nil {
			text, ok := d.Data.Str()
			return text, ok
		}
	}
	return string(data), utf8.Valid(data) && !slices.Contains(data, 0)
}

// value returns the result {status, headers, body}, or the body alone.
func (a answer) value(onlyData bool) value.Value {
	name, content, encoding := "file", a.file, ""
	if content.IsMissing() {
		name = "body"
		content, encoding = a.body()
	}
	if onlyData {
		return content
	}
	var b value.ObjectBuilder
	b.Set("status", value.Int(int64(a.status))).Set("headers", a.headers()).Set(name, content)
	if encoding != "" {
		b.Set("encoding", value.String(encoding))
	}
	return b.Value()
}

// headers returns the headers as $context.headers has them: names in lower case and sorted, repeated ones joined.
func (a answer) headers() value.Value {
	var names []string
	for name := range a.header {
		names = append(names, name)
	}
	slices.Sort(names)
	var b value.ObjectBuilder
	for _, name := range names {
		if hook.IsToken(name) {
			b.Set(strings.ToLower(name), value.String(strings.ToValidUTF8(strings.Join(a.header[name], ", "), "\uFFFD")))
		}
	}
	return b.Value()
}
