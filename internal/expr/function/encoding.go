package function

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"net/url"
	"strings"
	"unicode/utf8"

	"hookline.dev/hookline/internal/expr/diag"
	"hookline.dev/hookline/internal/expr/eval"
	"hookline.dev/hookline/internal/value"
)

func codeFunctions() []Function {
	return []Function{
		coding("toBase64", encodeBase64), coding("base64Encode", encodeBase64),
		coding("fromBase64", decodeBase64), coding("base64Decode", decodeBase64),
		coding("hexEncode", func(s string) (string, error) { return hex.EncodeToString([]byte(s)), nil }),
		coding("hexDecode", decodeHex),
		coding("sha256", func(s string) (string, error) {
			sum := sha256.Sum256([]byte(s))
			return hex.EncodeToString(sum[:]), nil
		}),
		{"hmacSha256", 2, 2, hmacSHA256},
		coding("urlEncode", func(s string) (string, error) { return url.QueryEscape(s), nil }),
		coding("urlDecode", url.QueryUnescape),
		{"urlParse", 1, 1, parseURL},
		{"toJSON", 1, 1, toJSON}, {"jsonStringify", 1, 1, toJSON},
		{"fromJSON", 1, 1, fromJSON}, {"jsonParse", 1, 1, fromJSON},
	}
}

// coding returns a function from text to text that may refuse its argument. The result must be UTF-8, because JSON
// cannot hold bytes.
func coding(name string, f func(string) (string, error)) Function {
	return Function{name, 1, 1, func(r *eval.Run, args []any) (any, error) {
		s, err := wantTexts(r, name, args[0])
		if err != nil {
			return nil, err
		}
		if err := r.Take(4 * len(s[0])); err != nil {
			return nil, err
		}
		out, err := f(s[0])
		if err != nil {
			return nil, diag.Failed("%s cannot read this: %s", name, reason(err))
		}
		if !utf8.ValidString(out) {
			return nil, diag.Failed("%s yields bytes that are not UTF-8 text; use a script for binary data", name)
		}
		return out, nil
	}}
}

// reason describes an error without the data that its message may quote.
func reason(err error) string {
	var bad base64.CorruptInputError
	var hexByte hex.InvalidByteError
	var escape url.EscapeError
	switch {
	case errors.As(err, &bad):
		return "it is not valid base64"
	case errors.As(err, &hexByte), errors.Is(err, hex.ErrLength):
		return "it is not written in pairs of hex digits"
	case errors.As(err, &escape):
		return "a % is not followed by two hex digits"
	default:
		return "it is malformed"
	}
}

func encodeBase64(s string) (string, error) {
	return base64.StdEncoding.EncodeToString([]byte(s)), nil
}

// decodeBase64 accepts the standard and the URL alphabet, with and without padding.
func decodeBase64(s string) (string, error) {
	s = strings.TrimRight(strings.NewReplacer("-", "+", "_", "/").Replace(s), "=")
	b, err := base64.RawStdEncoding.DecodeString(s)
	return string(b), err
}

func decodeHex(s string) (string, error) {
	b, err := hex.DecodeString(s)
	return string(b), err
}

// hmacSHA256 implements hmacSha256(key, text). The result is lower-case hex.
func hmacSHA256(r *eval.Run, args []any) (any, error) {
	s, err := wantTexts(r, "hmacSha256", args...)
	if err != nil {
		return nil, err
	}
	mac := hmac.New(sha256.New, []byte(s[0]))
	mac.Write([]byte(s[1]))
	return hex.EncodeToString(mac.Sum(nil)), nil
}

// parseURL splits a URL into scheme, user, host, port, path, query (an object of strings, with arrays for repeated
// names) and fragment.
func parseURL(r *eval.Run, args []any) (any, error) {
	s, err := wantTexts(r, "urlParse", args[0])
	if err != nil {
		return nil, err
	}
	if err := r.Take(8 * len(s[0])); err != nil {
		return nil, err
	}
	u, err := url.Parse(s[0])
	if err != nil {
		return nil, diag.Failed("urlParse cannot read this: it is not a valid URL")
	}
	o := eval.NewObject(7)
	o.Set("scheme", u.Scheme)
	o.Set("user", u.User.Username())
	o.Set("host", u.Hostname())
	o.Set("port", u.Port())
	o.Set("path", u.Path)
	query, err := parseQuery(r, u.RawQuery)
	if err != nil {
		return nil, err
	}
	o.Set("query", query)
	o.Set("fragment", u.Fragment)
	return o, nil
}

// parseQuery keeps the order of the names, unlike url.Values.
func parseQuery(r *eval.Run, raw string) (*eval.Object, error) {
	o := eval.NewObject(0)
	for part := range strings.SplitSeq(raw, "&") {
		if part == "" {
			continue
		}
		if err := r.Take(2*eval.ElementSize + len(part)); err != nil {
			return nil, err
		}
		key, val, _ := strings.Cut(part, "=")
		name, err1 := url.QueryUnescape(key)
		text, err2 := url.QueryUnescape(val)
		if err1 != nil || err2 != nil {
			return nil, diag.Failed("urlParse cannot read the query: a %% is not followed by two hex digits")
		}
		switch old := o.Members[name].(type) {
		case nil:
			o.Set(name, text)
		case []any:
			o.Set(name, append(old, text))
		default:
			o.Set(name, []any{old, text})
		}
	}
	return o, nil
}

// toJSON returns compact JSON. Values from the data keep their exact text.
func toJSON(r *eval.Run, args []any) (any, error) {
	v, err := r.Output(args[0])
	if err != nil {
		return nil, err
	}
	s := v.Text()
	return s, r.Take(len(s))
}

func fromJSON(r *eval.Run, args []any) (any, error) {
	s, err := wantTexts(r, "jsonParse", args[0])
	if err != nil {
		return nil, err
	}
	v, err := value.Parse(s[0], value.Limits{})
	if err != nil {
		return nil, diag.Failed("jsonParse cannot read this: %s", err)
	}
	return eval.Operand(v), nil
}
