package body

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"strings"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/value"
)

// decodeMultipart reads the text fields of multipart/form-data (RFC 7578).
func decodeMultipart(contentType, text string, lim Limits) (value.Value, error) {
	boundary := parameter(contentType, "boundary")
	if boundary == "" {
		return value.Value{}, refuse(fault.Invalid, inBody,
			"the Content-Type names no boundary; let the client set it, as in multipart/form-data; boundary=…")
	}
	f := fields{place: inBody, lim: lim}
	parts := multipart.NewReader(strings.NewReader(text), boundary)
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) && closed(text, boundary) {
			break
		}
		if err != nil {
			return value.Value{}, brokenMultipart(err)
		}
		name, err := fieldName(part)
		if err != nil {
			return value.Value{}, err
		}
		content, err := io.ReadAll(part)
		if err != nil {
			return value.Value{}, brokenMultipart(err)
		}
		if err := f.add(name, share(content)); err != nil {
			return value.Value{}, err
		}
	}
	return f.value()
}

// closed reports whether the closing boundary is there: the reader also says EOF when the text ends
// within the headers of a part.
func closed(text, boundary string) bool {
	end := "--" + boundary + "--"
	return strings.HasPrefix(text, end) || strings.Contains(text, "\n"+end)
}

func brokenMultipart(err error) error {
	e := refuse(fault.Invalid, inBody, "it is not complete multipart/form-data: a part, its headers or the closing boundary is broken")
	e.Err = err
	return e
}

// fieldName checks the headers of a part that must be a text field.
func fieldName(part *multipart.Part) (string, error) {
	lines := 0
	for _, values := range part.Header {
		lines += len(values)
	}
	if lines > MaxPartHeaders {
		return "", refuse(fault.TooLarge, inBody, "a part has more than %d header lines", MaxPartHeaders)
	}
	disposition, params, err := mime.ParseMediaType(part.Header.Get("Content-Disposition"))
	name, ok := params["name"]
	if err != nil || disposition != "form-data" || !ok {
		return "", refuse(fault.Invalid, inBody,
			`a part has no name; each part needs the header Content-Disposition: form-data; name="…"`)
	}
	if file, ok := params["filename"]; ok {
		return "", refuse(fault.Unsupported, inBody,
			"the part %q is a file (%q); files are not supported yet, send text fields only", clip(name), clip(file))
	}
	if charset := parameter(part.Header.Get("Content-Type"), "charset"); !utf8Charset(charset) {
		return "", refuse(fault.Unsupported, inBody,
			"the part %q has the charset %q, which is not supported yet; send UTF-8", clip(name), clip(charset))
	}
	switch encoding := strings.ToLower(part.Header.Get("Content-Transfer-Encoding")); encoding {
	case "", "7bit", "8bit", "binary": // quoted-printable is undone by the reader
		return name, nil
	default:
		return "", refuse(fault.Unsupported, inBody,
			"the part %q has the Content-Transfer-Encoding %q; send it as it is", clip(name), clip(encoding))
	}
}
