package verify

import (
	"net/http"

	"hookline.dev/hookline/internal/hook"
)

// TextReply is the 200 of a handshake. The text may come from the call, so it is sent as text that no
// browser takes for anything else.
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
