package api

import (
	"context"

	"hookline.dev/hookline/internal/account"
	"hookline.dev/hookline/internal/curl"
)

// Curl is a call as a command.
type Curl struct {
	Command string `json:"command" doc:"for a POSIX shell; credentials that gates check are not stored, so they are missing"`
	// BodyFile is the file that the command reads the body from, because it is too long for a command line.
	BodyFile string `json:"bodyFile,omitempty" doc:"a file that the body must be saved to first; absent: the command has the body"`
}

func (r routes) curl() {
	handle(r, route{method: "GET", path: "/api/deliveries/{id}/curl", id: "get-delivery-curl", summary: "A call as a curl command that sends it again", needs: account.ReadHistory},
		func(ctx context.Context, in *DeliveryPath) (*one[Curl], error) {
			d, err := r.delivery(ctx, in.ID)
			if err != nil {
				return nil, err
			}
			whole := r.wholeDelivery(d)
			c := curl.Command{Method: d.Request.Method, URL: whole.Request.URL, Body: d.Request.Body}
			for _, h := range d.Request.Headers {
				if !curl.Sets(h.Name) {
					c.Headers = append(c.Headers, h)
				}
			}
			out := Curl{}
			if len(c.Body) > curl.MaxInline {
				out.BodyFile = whole.ID + ".body"
				c.File = out.BodyFile
			}
			out.Command = c.String()
			return &one[Curl]{out}, nil
		})
}
