package ingress

import (
	"net/http"

	"hookline.dev/hookline/internal/body"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/hook"
)

// decode turns the body into the context that the workflow sees. Files go to the blob store on the way; if the call
// is not accepted, they are discarded.
func (c *call) decode() *outcome {
	if out := c.checkType(); out != nil {
		return out
	}
	lim := c.h.opt.Body
	lim.Bytes = int(c.bodyLimit())
	if lim.Bytes > SpoolOver && (c.attachments == nil || c.attachments.memory == 0) && packed(c.r.Header) {
		if out := c.reserveMemory(int64(lim.Bytes)); out != nil {
			return out
		}
	}
	var files body.Files
	if c.h.opt.Blobs != nil {
		files = c
	}
	err := c.decodeMasked(lim, files)
	switch {
	case err == nil:
		c.releaseSpareMemory()
		return nil
	case fault.Is(err, fault.Unavailable), fault.Is(err, fault.Internal):
		return unavailable("a file could not be stored: " + err.Error())
	case fault.Is(err, fault.Unsupported):
		return c.unsupported(sentence(err), err.Error())
	case fault.Is(err, fault.TooLarge):
		return &outcome{
			status: http.StatusRequestEntityTooLarge, problem: problemTooLarge, title: "Content too large",
			detail: sentence(err), reason: err.Error(),
		}
	default:
		return malformed(err)
	}
}

// checkType rejects a body of a type that the workflow does not take.
func (c *call) checkType() *outcome {
	req := &c.delivery.Request
	if len(req.Body) > 0 && !c.route.takesType(body.MediaType(req.ContentType)) {
		return c.unsupported("This webhook accepts only: "+c.route.allowedTypes("")+".", "")
	}
	return nil
}

func malformed(err error) *outcome {
	return &outcome{
		status: http.StatusBadRequest, problem: problemMalformed, title: "Malformed request",
		detail: sentence(err), reason: err.Error(),
	}
}

func (c *call) unsupported(detail, reason string) *outcome {
	return &outcome{
		status: http.StatusUnsupportedMediaType, problem: problemContentType, title: "Unsupported content type",
		detail: detail, reason: reason,
		headers: []hook.Header{{Name: "Accept-Post", Value: c.route.allowedTypes(body.AcceptPost)}},
	}
}

// sentence turns an error about the caller's own bytes into a sentence for the caller.
func sentence(err error) string { return fault.Message(err) + "." }
