package request

import (
	"io"
	"mime"
	"net/url"
	"strings"

	"hookline.dev/hookline/internal/body"
	"hookline.dev/hookline/internal/outbound"
	"hookline.dev/hookline/internal/value"
)

// encoding says how a body becomes bytes.
type encoding uint8

const (
	byBody encoding = iota // text for a text, else JSON
	asJSON
	asForm
	asMultipart
	asText
	asRaw
	labeled // a text, with the media type as written
	unknown
)

const (
	typeJSON      = "application/json"
	typeForm      = "application/x-www-form-urlencoded"
	typeMultipart = "multipart/form-data"
	typeText      = "text/plain; charset=utf-8"
	typeRaw       = "application/octet-stream"
)

// encodingOf returns the encoding that contentType names.
func encodingOf(contentType string) encoding {
	switch base := body.MediaType(contentType); {
	case base == "":
		return byBody
	case base == "json", base == typeJSON, strings.HasPrefix(base, "application/") && strings.HasSuffix(base, "+json"):
		return asJSON
	case base == "form", base == typeForm:
		return asForm
	case base == "multipart", base == typeMultipart:
		return asMultipart
	case base == "text":
		return asText
	case base == "raw":
		return asRaw
	default:
		if _, _, err := mime.ParseMediaType(contentType); err != nil || strings.Count(base, "/") != 1 || strings.HasPrefix(base, "multipart/") {
			return unknown
		}
		return labeled
	}
}

// content is an encoded body.
type content struct {
	body outbound.Body
	typ  string // Content-Type
}

// content encodes the rendered body. key makes the boundary of a multipart body.
func (n *request) content(v value.Value, key string) (content, error) {
	if v.IsMissing() || v.IsNull() && n.encoding != asJSON {
		return content{}, nil
	}
	enc := n.encoding
	text, isText := v.Str()
	if enc == byBody {
		enc = asJSON
		if isText {
			enc = asText
		}
	}
	switch enc {
	case asJSON:
		return inMemory(v.Append(nil), n.label(typeJSON)), nil
	case asForm:
		list, err := pairs("body", v)
		return inMemory([]byte(encode(list)), n.label(typeForm)), err
	case asMultipart:
		return n.multipart(v, key)
	case asText, asRaw, labeled:
		if !isText {
			if text, isText = textOf(v); !isText {
				return content{}, wrong("body", "is an "+v.Kind().String()+"; it must be a text for this contentType")
			}
		}
		return inMemory([]byte(text), n.label(map[encoding]string{asText: typeText, asRaw: typeRaw}[enc])), nil
	case byBody, unknown:
	}
	return content{}, wrong("contentType", "is not known")
}

func inMemory(data []byte, typ string) content { return content{outbound.Bytes(data), typ} }

// label returns the Content-Type: what contentType says, if it is a media type.
func (n *request) label(otherwise string) string {
	if strings.Contains(n.config.ContentType, "/") {
		return n.config.ContentType
	}
	return otherwise
}

// encode encodes names and texts as a form or query (WHATWG URL standard, application/x-www-form-urlencoded), in
// their order.
func encode(list []pair) string {
	var b strings.Builder
	for i, p := range list {
		if i > 0 {
			b.WriteByte('&')
		}
		b.WriteString(url.QueryEscape(p.name))
		b.WriteByte('=')
		b.WriteString(url.QueryEscape(p.text))
	}
	return b.String()
}

// withQuery appends parameters to a URL and leaves the rest as it is.
func withQuery(target string, list []pair) string {
	target, _, _ = strings.Cut(target, "#") // a fragment is never sent
	if len(list) == 0 {
		return target
	}
	switch before, query, has := strings.Cut(target, "?"); {
	case !has:
		return before + "?" + encode(list)
	case query == "" || strings.HasSuffix(query, "&"):
		return target + encode(list)
	default:
		return target + "&" + encode(list)
	}
}

// read reads a body from its beginning.
func read(b outbound.Body, into io.Writer) error {
	if b.Open == nil {
		return nil
	}
	r, err := b.Open()
	if err != nil {
		return err
	}
	defer r.Close()
	_, err = io.Copy(into, r)
	return err
}
