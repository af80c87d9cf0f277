package body

import (
	"bufio"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"strings"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/value"
)

// multipart decodes multipart/form-data (RFC 7578). Its fields become the data; its files go to r.files.
func (r *decoder) multipart(contentType, text, charset string) (value.Value, error) {
	boundary := parameter(contentType, "boundary")
	if boundary == "" {
		return value.Value{}, errorf(fault.Invalid, inBody,
			"the Content-Type names no boundary; let the client set it, as in multipart/form-data; boundary=…")
	}
	if !hasClosingBoundary(text, boundary) {
		return value.Value{}, brokenMultipart(nil)
	}
	form := multipartForm{lim: r.lim, store: r.files, fields: fields{place: inBody, lim: r.lim}}
	var err error
	if form.charset, err = formCharset(text, boundary, charset, r.lim.fields()); err != nil {
		return value.Value{}, err
	}
	err = eachPart(text, boundary, form.add)
	r.stored = form.stored
	if err != nil {
		return value.Value{}, err
	}
	return formValue(&form.fields, r.form)
}

// hasClosingBoundary reports whether the closing boundary is present. multipart.Reader does not check this: it
// also returns EOF if the text ends within the headers of a part.
func hasClosingBoundary(text, boundary string) bool {
	end := "--" + boundary + "--"
	return strings.HasPrefix(text, end) || strings.Contains(text, "\n"+end)
}

func eachPart(text, boundary string, do func(*multipart.Part) error) error {
	parts := multipart.NewReader(strings.NewReader(text), boundary)
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return brokenMultipart(err)
		}
		if err := do(part); err != nil {
			return err
		}
	}
}

func brokenMultipart(err error) error {
	e := errorf(fault.Invalid, inBody, "it is not complete multipart/form-data: a part, its headers or the closing boundary is broken")
	e.Err = err
	return e
}

// formCharset returns the charset of the parts that name none: that of the charset field, or else that of the
// body's Content-Type. It searches at most as many parts as there may be fields.
func formCharset(text, boundary, charset string, parts int) (*codec, error) {
	if strings.Contains(text, charsetField) {
		err := eachPart(text, boundary, func(part *multipart.Part) error {
			if parts--; parts < 0 {
				return errStop
			}
			if part.FormName() != charsetField {
				return nil
			}
			const longest = 64
			field, err := io.ReadAll(io.LimitReader(part, longest))
			charset = string(field)
			return errors.Join(err, errStop)
		})
		if err != nil && !errors.Is(err, errStop) {
			return nil, err
		}
	}
	return codecOf(charset, "the form has")
}

var errStop = errors.New("stop")

// multipartForm collects the parts. It has no pointer to its decoder, so that the decoder of a call without
// parts stays on the stack.
type multipartForm struct {
	lim     Limits
	store   Files
	stored  []hook.File
	fields  fields
	charset *codec // for parts without their own; nil for UTF-8
	files   int
}

func (f *multipartForm) add(part *multipart.Part) error {
	p, err := f.readHeader(part)
	if err != nil {
		return err
	}
	content, err := transferDecoded(part, p.name)
	if err != nil {
		return err
	}
	if p.file {
		return f.addFile(p, content)
	}
	cs := f.charset
	if charset := parameter(part.Header.Get("Content-Type"), "charset"); charset != "" {
		if cs, err = codecOf(charset, fmt.Sprintf("the part %q has", clip(p.name))); err != nil {
			return err
		}
	}
	raw, err := io.ReadAll(content)
	if err != nil {
		return brokenMultipart(err)
	}
	if cs == nil {
		return f.fields.add(p.name, unsafeString(raw))
	}
	text, bad := cs.decode(unsafeString(raw))
	if bad >= 0 {
		return errorf(fault.Invalid, inBody, "the field %q is not %s at byte %d of its value", clip(p.name), cs.name, bad)
	}
	return f.fields.add(p.name, text)
}

// partHeader is the decoded header of a part.
type partHeader struct {
	name     string
	file     bool
	filename string
	mimeType string
}

// readHeader decodes the headers of a part. A part is a file when it has a filename, or when its type is
// application/octet-stream (RFC 7578 section 4.4).
func (f *multipartForm) readHeader(part *multipart.Part) (partHeader, error) {
	lines, size := 0, 0
	for name, values := range part.Header {
		for _, v := range values {
			lines, size = lines+1, size+len(name)+len(v)
		}
	}
	if lines > MaxPartHeaders {
		return partHeader{}, errorf(fault.TooLarge, inBody, "a part has more than %d header lines", MaxPartHeaders)
	}
	if size > MaxPartHeaderBytes {
		return partHeader{}, errorf(fault.TooLarge, inBody, "the header lines of a part are longer than %d bytes", MaxPartHeaderBytes)
	}
	header := part.Header.Get("Content-Disposition")
	disposition, params, err := mime.ParseMediaType(header)
	name, ok := params["name"]
	if err != nil || disposition != "form-data" || !ok {
		return partHeader{}, errorf(fault.Invalid, inBody,
			`a part has no name; each part needs the header Content-Disposition: form-data; name="…"`)
	}
	p := partHeader{name: name, mimeType: part.Header.Get("Content-Type")}
	if f.charset != nil {
		var bad int
		if p.name, bad = f.charset.decode(name); bad >= 0 {
			return p, errorf(fault.Invalid, inBody, "the name of the part %q is not %s at byte %d", clip(name), f.charset.name, bad)
		}
	}
	if i := invalidUTF8(p.name); i >= 0 {
		return p, errorf(fault.Invalid, inBody, "the name of the part %q is not UTF-8 at byte %d", clip(name), i)
	}
	p.filename, p.file = params["filename"]
	p.filename = f.displayName(p.filename, header, &p.file)
	if MediaType(p.mimeType) == "application/octet-stream" {
		p.file = true
	}
	return p, nil
}

// transferDecoded decodes a Content-Transfer-Encoding. RFC 7578 section 4.7 deprecates it, but old mail clients
// send it. multipart.Reader itself decodes quoted-printable.
func transferDecoded(part *multipart.Part, name string) (io.Reader, error) {
	switch encoding := strings.ToLower(part.Header.Get("Content-Transfer-Encoding")); encoding {
	case "", "7bit", "8bit", "binary":
		return part, nil
	case "base64":
		return base64.NewDecoder(base64.StdEncoding, part), nil
	default:
		return nil, errorf(fault.Unsupported, inBody,
			"the part %q has the Content-Transfer-Encoding %q; send it without one", clip(name), clip(encoding))
	}
}

// addFile stores a file. A part without a filename and without content comes from an empty file input and is
// not a file.
func (f *multipartForm) addFile(p partHeader, content io.Reader) error {
	from := bufio.NewReader(content)
	if _, err := from.Peek(1); errors.Is(err, io.EOF) && p.filename == "" {
		return f.fields.countField()
	}
	if f.store == nil {
		return errorf(fault.Unsupported, inBody, "the part %q is a file (%q); files are not accepted here, send text fields only",
			clip(p.name), clip(p.filename))
	}
	if f.files++; f.files > f.lim.files() {
		return errorf(fault.TooLarge, inBody, "it has more than %d files", f.lim.files())
	}
	bounded := &fileContent{from: from, name: p.name, left: f.lim.fileBytes(), most: f.lim.fileBytes()}
	stored, err := f.store.File(hook.File{Name: p.name, Filename: p.filename, Type: p.mimeType}, bounded)
	if bounded.err != nil {
		return bounded.err
	}
	if err != nil {
		return err
	}
	f.stored = append(f.stored, stored)
	return nil
}

// fileContent reads the content of one file up to its limit. It remembers its error, because Files may not
// return it.
type fileContent struct {
	from io.Reader
	name string
	left int64
	most int64
	err  error
}

// Read implements io.Reader.
func (c *fileContent) Read(b []byte) (int, error) {
	if c.err != nil {
		return 0, c.err
	}
	n, err := c.from.Read(b)
	if c.left -= int64(n); c.left < 0 {
		c.err = errorf(fault.TooLarge, inBody, "the file %q is longer than %d bytes", clip(c.name), c.most)
		return 0, c.err
	}
	if err != nil && !errors.Is(err, io.EOF) {
		c.err = brokenMultipart(err)
		return n, c.err
	}
	return n, err
}
