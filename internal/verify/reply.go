package verify

import (
	"net/http"

	"hookline.dev/hookline/internal/hook"
)

// TextReply returns a 200 response to a handshake. The text may come from the call, so the headers prevent
// browsers from treating it as anything but plain text.
func TextReply(text string) *hook.Reply {
	return &hook.Reply{
		Status: http.StatusOK,
		Headers: []hook.Header{
			{Name: "Content-Type", Value: "text/plain; charset=utf-8"},
			{Name: "X-Content-Type-Options", Value: "nosniff"},
		},
		Body: []byte(text),
	}
}
