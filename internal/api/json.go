package api

import (
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"

	"hookline.dev/hookline/internal/value"
)

// JSON is any JSON value. It is passed on with its literals unchanged; only insignificant white space may be
// removed.
type JSON struct{ value.Value }

// Schema allows any value.
func (JSON) Schema(huma.Registry) *huma.Schema { return &huma.Schema{Description: "any JSON value"} }

// UnmarshalJSON keeps the text. encoding/json has already validated it.
func (j *JSON) UnmarshalJSON(text []byte) error {
	j.Value = value.Trusted(string(text))
	return nil
}

// Bytes is content that is usually text.
type Bytes struct {
	Text   string `json:"text,omitempty"`   // if it is UTF-8
	Base64 []byte `json:"base64,omitempty"` // otherwise
	Size   int    `json:"size"`             // of the whole content, in bytes
	Cut    bool   `json:"cut,omitempty"`    // only the beginning is included
}

// bytesOf includes at most the first limit bytes of content.
func bytesOf(content []byte, limit int) Bytes {
	b := Bytes{Size: len(content)}
	if len(content) > limit {
		content, b.Cut = content[:limit], true
		for range utf8.UTFMax - 1 { // do not cut within a character
			if r, n := utf8.DecodeLastRune(content); r != utf8.RuneError || n != 1 {
				break
			}
			content = content[:len(content)-1]
		}
	}
	if utf8.Valid(content) {
		b.Text = string(content)
	} else {
		b.Base64 = content
	}
	return b
}

// Content returns the bytes, or only their beginning if Cut is set.
func (b Bytes) Content() []byte {
	if b.Base64 != nil {
		return b.Base64
	}
	return []byte(b.Text)
}
