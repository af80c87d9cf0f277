package ingress

import (
	"strings"
	"testing"

	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/value"
)

func json(text string) value.Value { return value.Trusted(text) }

// upload is a multipart body with two files and a field.
const upload = "--b\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nhello\r\n" +
	"--b\r\nContent-Disposition: form-data; name=\"up\"; filename=\"../../etc/passwd\"\r\nContent-Type: text/x-a\r\n\r\nfirst\r\n" +
	"--b\r\nContent-Disposition: form-data; name=\"up\"; filename=\"b\"\r\n\r\nsecond\r\n--b--\r\n"

const uploadType = "Content-Type: multipart/form-data; boundary=b"

func TestFilesAreKeptBeforeTheRowThatNamesThem(t *testing.T) {
	h, blobStore := buildWithBlobs(t, nil, workflow("a"))
	resp := h.serve(request("POST", "/api/webhooks/a", upload, uploadType))
	if resp.status != 200 || blobStore.String() != "create create keep keep accept unpin unpin" {
		t.Fatalf("%d: %s; %s", resp.status, resp.text, blobStore)
	}
	d, _ := h.lastDelivery()
	if len(d.Request.Files) != 2 || d.Request.Files[0].Size != 5 || d.Request.Files[1].Size != 6 {
		t.Fatalf("recorded %+v", d.Request.Files)
	}
	for i, want := range []string{"first", "second"} {
		if got := blobStore.content[d.Request.Files[i].SHA256]; got != want {
			t.Errorf("file %d is %q", i, got)
		}
	}
	call := h.engine.call
	if call.Data.Text() != `{"note":"hello"}` || call.Files.Len() != 2 || call.Files.At(0).Get("sha256").Text() != `"`+d.Request.Files[0].SHA256+`"` {
		t.Errorf("the workflow sees %s and %s", call.Data, call.Files)
	}
}

func TestFilesOfARefusedCallLeaveNothing(t *testing.T) {
	for _, c := range []struct {
		name, content string
		trigger       func(*flow.Trigger)
		prepare       func(*blobs)
		status        int
		events        string
	}{
		{"cut off", strings.TrimSuffix(upload, "--\r\n"), nil, nil, 400, "note"},
		{"not what the schema asks for", upload, func(tr *flow.Trigger) { tr.Schema = json(`{"required":["x"]}`) }, nil, 422, "create create note discard discard"},
		{"filtered", upload, func(tr *flow.Trigger) { tr.Filter = `$context.data.note == "x"` }, nil, 200, "create create note discard discard"},
		{"no disk", upload, nil, func(b *blobs) { b.full = true }, 503, "create note"},
		{"a disk that fills up", upload, nil, func(b *blobs) { b.broken = 5 }, 503, "create create note discard discard"},
		{"a sync that fails", upload, nil, func(b *blobs) { b.unkept = 2 }, 503, "create create keep fail note discard unpin"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var changes []func(*flow.Trigger)
			if c.trigger != nil {
				changes = append(changes, c.trigger)
			}
			h, blobStore := buildWithBlobs(t, nil, workflow("a", changes...))
			if c.prepare != nil {
				c.prepare(blobStore)
			}
			resp := h.serve(request("POST", "/api/webhooks/a", c.content, uploadType))
			if resp.status != c.status || blobStore.String() != c.events {
				t.Errorf("%d: %s; %s", resp.status, resp.text, blobStore)
			}
			if d, _ := h.lastDelivery(); d.Request.Files != nil {
				t.Errorf("recorded %+v", d.Request.Files)
			}
		})
	}
}

func TestJSONCannotPoseAsAnUpload(t *testing.T) {
	h, blobStore := buildWithBlobs(t, nil, workflow("a"))
	h.serve(request("POST", "/api/webhooks/a", `{"files":[{"name":"up","filename":"x","sha256":"00"}]}`, "Content-Type: application/json"))
	if d, _ := h.lastDelivery(); d.Request.Files != nil || h.engine.call.Files.Text() != "[]" || blobStore.String() != "accept" {
		t.Errorf("recorded %+v, the workflow sees %s; %s", d.Request.Files, h.engine.call.Files, blobStore)
	}
}
