package api

import (
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"

	"hookline.dev/hookline/internal/value"
)

// JSON is any JSON value, handed on with the texts it came with: only blanks between its parts may go.
type JSON struct{ value.Value }

// Schema says that anything may stand here.
func (JSON) Schema(huma.Registry) *huma.Schema { return &huma.Schema{Description: "any JSON value"} }

// UnmarshalJSON keeps the text. encoding/json has checked it.
func (j *JSON) UnmarshalJSON(text []byte) error {
	j.Value = value.Trusted(string(text))
	return nil
}

// Bytes is content that is text most of the time.
type Bytes struct {
	Text   string `json:"text,omitempty"`   // when it is UTF-8
	Base64 []byte `json:"base64,omitempty"` // when it is not
	Size   int    `json:"size"`             // of the whole, in bytes
	Cut    bool   `json:"cut,omitempty"`    // only its beginning is here
}

// bytesOf shows at most the first limit bytes of content.
func bytesOf(content []byte, limit int) Bytes {
	b := Bytes{Size: len(content)}
	if len(content) > limit {
		content, b.Cut = content[:limit], true
		for range utf8.UTFMax - 1 { // not in the middle of a character
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

// Content returns the bytes, or their beginning when Cut is set.
func (b Bytes) Content() []byte {
	if b.Base64 != nil {
		return b.Base64
	}
	return []byte(b.Text)
}
