package api

import "hookline.dev/hookline/internal/hook"

// ShowBytes returns at most the first limit bytes of content.
func ShowBytes(content []byte, limit int) Bytes { return bytesOf(content, limit) }

// ShowReply returns an answer to a caller.
func ShowReply(r hook.Reply) *Reply { return replyOf(&r) }
