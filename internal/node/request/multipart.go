package request

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"strings"

	"golang.org/x/net/http/httpguts"

	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/node"
	"hookline.dev/hookline/internal/outbound"
	"hookline.dev/hookline/internal/value"
)

// part is a piece of a multipart body: bytes, or a file.
type part struct {
	text string
	sha  string // of a file; "": text
	size int64  // bytes
}

// partFields are the fields of an entry of the list form.
func partFields() []string { return []string{"name", "value", "file", "filename", "type"} }

// checkParts reports a multipart body that can never be sent.
func checkParts(r *node.Reader, v value.Value) {
	if v.Kind() != value.KindArray {
		checkPairs(r, "body", v)
		return
	}
	i := 0
	for entry := range v.Elements() {
		at := "body" + decode.Index(i)
		i++
		if entry.Kind() != value.KindObject {
			if text, ok := entry.Str(); !ok || fixed(text) {
				r.Problem(at, "must be {name: …, value: …} or {name: …, file: …}")
			}
			continue
		}
		checkName(r, at, entry)
		for name := range entry.Members() {
			if !slices.Contains(partFields(), name) {
				r.Problem(decode.Join(at, decode.Name(name)), decode.Unknown("field", name, partFields()))
			}
		}
		if !entry.Get("file").IsMissing() && !entry.Get("value").IsMissing() {
			r.Problem(at, `has "file" and "value"; keep one of them`)
		}
	}
}

// multipart encodes a body as multipart/form-data (RFC 7578). Files are read while they are sent.
func (n *request) multipart(v value.Value, key string) (content, error) {
	sum := sha256.Sum256([]byte(key))
	m := &multipart{boundary: "hookline-" + hex.EncodeToString(sum[:16])}
	if v.Kind() == value.KindArray {
		for entry := range v.Elements() {
			if err := m.entry(entry); err != nil {
				return content{}, err
			}
		}
	} else {
		list, err := pairs("body", v)
		if err != nil {
			return content{}, err
		}
		for _, p := range list {
			m.field(p.name, p.text)
		}
	}
	m.write("--" + m.boundary + "--\r\n")
	return content{
		body: outbound.Body{Length: m.length, Open: func() (io.ReadCloser, error) { return n.open(m.parts) }},
		typ:  typeMultipart + "; boundary=" + m.boundary,
	}, nil
}

// multipart collects the parts of a body.
type multipart struct {
	boundary string
	parts    []part
	length   int64
}

func (m *multipart) write(text string) {
	m.parts = append(m.parts, part{text: text})
	m.length += int64(len(text))
}

// entry adds an entry of the list form.
func (m *multipart) entry(entry value.Value) error {
	name, ok := entry.Get("name").Str()
	if !ok || name == "" {
		return wrong("body", "an entry has no name; write {name: …, value: …} or {name: …, file: …}")
	}
	file := entry.Get("file")
	if file.IsMissing() {
		list, err := appendPair(nil, "body", name, entry.Get("value"))
		for _, p := range list {
			m.field(p.name, p.text)
		}
		return err
	}
	if file.Kind() == value.KindArray {
		for each := range file.Elements() {
			if err := m.file(name, each, entry); err != nil {
				return err
			}
		}
		return nil
	}
	return m.file(name, file, entry)
}

// field adds a text.
func (m *multipart) field(name, text string) {
	m.write(fmt.Sprintf("--%s\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n", m.boundary, escaped(name), text))
}

// file adds a file as $context.files and file fields of records describe it; null adds nothing.
func (m *multipart) file(name string, file, entry value.Value) error {
	if file.IsNull() {
		return nil
	}
	sha, _ := file.Get("sha256").Str()
	size, ok := file.Get("size").Int()
	if sum, err := hex.DecodeString(sha); err != nil || len(sum) != sha256.Size || !ok || size < 0 {
		return wrong("body", fmt.Sprintf("the file %q must be one of $context.files, or a file of a record", name))
	}
	text := func(field, otherwise string) string {
		for _, from := range []value.Value{entry, file} {
			if text, ok := from.Get(field).Str(); ok && text != "" {
				return text
			}
		}
		return otherwise
	}
	typ := text("type", typeRaw)
	if !httpguts.ValidHeaderFieldValue(typ) {
		typ = typeRaw
	}
	m.write(fmt.Sprintf("--%s\r\nContent-Disposition: form-data; name=\"%s\"; filename=\"%s\"\r\nContent-Type: %s\r\n\r\n",
		m.boundary, escaped(name), escaped(text("filename", "file")), typ))
	m.parts = append(m.parts, part{sha: sha, size: size})
	m.length += size
	m.write("\r\n")
	return nil
}

// escaped escapes a name for Content-Disposition, as browsers do (WHATWG HTML, multipart/form-data encoding).
func escaped(name string) string {
	return strings.NewReplacer("\r", "%0D", "\n", "%0A", `"`, "%22").Replace(name)
}

// open returns the parts one after the other.
func (n *request) open(parts []part) (io.ReadCloser, error) {
	var all joined
	for _, p := range parts {
		if p.sha == "" {
			all.readers = append(all.readers, strings.NewReader(p.text))
			continue
		}
		if n.deps.Files == nil {
			return nil, fault.New("request.open", fault.Internal, "there are no files")
		}
		f, size, err := n.deps.Files.Open(p.sha)
		if err != nil || size != p.size {
			_ = all.Close()
			if err == nil {
				_ = f.Close()
			}
			return nil, wrong("body", "a file does not exist any more")
		}
		all.readers, all.files = append(all.readers, f), append(all.files, f)
	}
	all.Reader = io.MultiReader(all.readers...)
	return &all, nil
}

// joined is a sequence of readers, some of which are files.
type joined struct {
	io.Reader
	readers []io.Reader
	files   []io.Closer
}

// Close closes the files.
func (j *joined) Close() error {
	for _, f := range j.files {
		_ = f.Close()
	}
	return nil
}
