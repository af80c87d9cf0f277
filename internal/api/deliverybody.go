package api

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"hookline.dev/hookline/internal/account"
)

// body registers the operation that returns the exact bytes of a call.
func (r routes) body() {
	op := route{method: "GET", path: "/api/deliveries/{id}/body", id: "get-delivery-body", summary: "The body of a call, exactly as it was received; takes Range", needs: account.ReadHistory}.operation()
	op.Responses = map[string]*huma.Response{
		"200": {Description: "the body; ETag is its SHA-256", Content: map[string]*huma.MediaType{"application/octet-stream": {}}},
		"206": {Description: "a range of the body", Content: map[string]*huma.MediaType{"application/octet-stream": {}}},
		"304": {Description: "the caller has it already"}, "416": {Description: "the range is outside of the body"},
	}
	respond(r, account.ReadHistory, op, r.writeBody)
}

// writeBody answers with bytes that no browser takes for a page: they are the sender's.
func (r routes) writeBody(w http.ResponseWriter, req *http.Request, in *DeliveryPath) error {
	d, err := r.delivery(req.Context(), in.ID)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(d.Request.Body)
	h := w.Header()
	h.Set("Content-Type", "application/octet-stream")
	h.Set("Content-Disposition", "attachment")
	h.Set("ETag", `"`+hex.EncodeToString(sum[:])+`"`)
	h.Set("Repr-Digest", "sha-256=:"+base64.StdEncoding.EncodeToString(sum[:])+":") // RFC 9530
	answer := &plainErrors{ResponseWriter: w}
	http.ServeContent(answer, req, "", time.Time{}, bytes.NewReader(d.Request.Body))
	return answer.problem()
}
