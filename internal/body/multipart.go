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

// multipart reads multipart/form-data (RFC 7578): its fields become the data, its files go where the
// reading sends them.
func (r *reading) multipart(contentType, text, charset string) (value.Value, error) {
	boundary := parameter(contentType, "boundary")
	if boundary == "" {
		return value.Value{}, refuse(fault.Invalid, inBody,
			"the Content-Type names no boundary; let the client set it, as in multipart/form-data; boundary=…")
	}
	if !closed(text, boundary) {
		return value.Value{}, brokenMultipart(nil)
	}
	form := multipartForm{lim: r.lim, keeper: r.files, fields: fields{place: inBody, lim: r.lim}}
	var err error
	if form.charset, err = formCharset(text, boundary, charset, r.lim.fields()); err != nil {
		return value.Value{}, err
	}
	err = eachPart(text, boundary, form.add)
	r.kept = form.kept
	if err != nil {
		return value.Value{}, err
	}
	return formValue(&form.fields, r.form)
}

// closed reports whether the closing boundary is there: the reader also says EOF when the text ends
// within the headers of a part.
func closed(text, boundary string) bool {
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
	e := refuse(fault.Invalid, inBody, "it is not complete multipart/form-data: a part, its headers or the closing boundary is broken")
	e.Err = err
	return e
}

// formCharset finds the charset of the parts that name none: the charset field goes before what the
// Content-Type of the whole body says. It is looked for in the first parts, as many as may be fields.
func formCharset(text, boundary, charset string, parts int) (*codec, error) {
	if strings.Contains(text, charsetField) {
		err := eachPart(text, boundary, func(part *multipart.Part) error {
			if parts--; parts < 0 {
				return errEnough
			}
			if part.FormName() != charsetField {
				return nil
			}
			const longest = 64
			said, err := io.ReadAll(io.LimitReader(part, longest))
			charset = string(said)
			return errors.Join(err, errEnough)
		})
		if err != nil && !errors.Is(err, errEnough) {
			return nil, err
		}
	}
	return codecOf(charset, "the form has")
}

var errEnough = errors.New("enough")

// multipartForm gathers the parts. It does not point to its reading, which would then not stay on the
// stack of calls that have no parts.
type multipartForm struct {
	lim     Limits
	keeper  Files
	kept    []hook.File
	fields  fields
	charset *codec // of parts that name none; nil for UTF-8
	files   int
}

func (f *multipartForm) add(part *multipart.Part) error {
	p, err := f.head(part)
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
		return f.fields.add(p.name, share(raw))
	}
	text, bad := cs.decode(share(raw))
	if bad >= 0 {
		return refuse(fault.Invalid, inBody, "the field %q is not %s at byte %d of its value", clip(p.name), cs.name, bad)
	}
	return f.fields.add(p.name, text)
}

// partHead is what the headers of a part say.
type partHead struct {
	name     string
	file     bool
	filename string
	mimeType string
}

// head reads the headers of a part. A part is a file when it names one, or when its type is the one
// for bytes that are no text (RFC 7578 section 4.4).
func (f *multipartForm) head(part *multipart.Part) (partHead, error) {
	lines, size := 0, 0
	for name, values := range part.Header {
		for _, v := range values {
			lines, size = lines+1, size+len(name)+len(v)
		}
	}
	if lines > MaxPartHeaders {
		return partHead{}, refuse(fault.TooLarge, inBody, "a part has more than %d header lines", MaxPartHeaders)
	}
	if size > MaxPartHeaderBytes {
		return partHead{}, refuse(fault.TooLarge, inBody, "the header lines of a part are longer than %d bytes", MaxPartHeaderBytes)
	}
	header := part.Header.Get("Content-Disposition")
	disposition, params, err := mime.ParseMediaType(header)
	name, ok := params["name"]
	if err != nil || disposition != "form-data" || !ok {
		return partHead{}, refuse(fault.Invalid, inBody,
			`a part has no name; each part needs the header Content-Disposition: form-data; name="…"`)
	}
	p := partHead{name: name, mimeType: part.Header.Get("Content-Type")}
	if f.charset != nil {
		var bad int
		if p.name, bad = f.charset.decode(name); bad >= 0 {
			return p, refuse(fault.Invalid, inBody, "the name of the part %q is not %s at byte %d", clip(name), f.charset.name, bad)
		}
	}
	if i := invalidUTF8(p.name); i >= 0 {
		return p, refuse(fault.Invalid, inBody, "the name of the part %q is not UTF-8 at byte %d", clip(name), i)
	}
	p.filename, p.file = params["filename"]
	p.filename = f.shown(p.filename, header, &p.file)
	if MediaType(p.mimeType) == "application/octet-stream" {
		p.file = true
	}
	return p, nil
}

// transferDecoded undoes a Content-Transfer-Encoding, which RFC 7578 section 4.7 deprecates and old
// mailers send; quoted-printable is undone by the reader.
func transferDecoded(part *multipart.Part, name string) (io.Reader, error) {
	switch encoding := strings.ToLower(part.Header.Get("Content-Transfer-Encoding")); encoding {
	case "", "7bit", "8bit", "binary":
		return part, nil
	case "base64":
		return base64.NewDecoder(base64.StdEncoding, part), nil
	default:
		return nil, refuse(fault.Unsupported, inBody,
			"the part %q has the Content-Transfer-Encoding %q; send it as it is", clip(name), clip(encoding))
	}
}

// addFile hands a file on. A file input that was left empty sends a part without name and content,
// which is no file.
func (f *multipartForm) addFile(p partHead, content io.Reader) error {
	from := bufio.NewReader(content)
	if _, err := from.Peek(1); errors.Is(err, io.EOF) && p.filename == "" {
		return f.fields.tick()
	}
	if f.keeper == nil {
		return refuse(fault.Unsupported, inBody, "the part %q is a file (%q); files are not taken here, send text fields only",
			clip(p.name), clip(p.filename))
	}
	if f.files++; f.files > f.lim.files() {
		return refuse(fault.TooLarge, inBody, "it has more than %d files", f.lim.files())
	}
	bounded := &fileContent{from: from, name: p.name, left: f.lim.fileBytes(), most: f.lim.fileBytes()}
	kept, err := f.keeper.File(hook.File{Name: p.name, Filename: p.filename, Type: p.mimeType}, bounded)
	if bounded.err != nil {
		return bounded.err
	}
	if err != nil {
		return err
	}
	f.kept = append(f.kept, kept)
	return nil
}

// fileContent reads the content of one file within its bound, and remembers why it failed, whatever
// the taker of the file makes of that.
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
		c.err = refuse(fault.TooLarge, inBody, "the file %q is longer than %d bytes", clip(c.name), c.most)
		return 0, c.err
	}
	if err != nil && !errors.Is(err, io.EOF) {
		c.err = brokenMultipart(err)
		return n, c.err
	}
	return n, err
}
