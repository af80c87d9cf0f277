package body

import (
	"bytes"
	"mime/multipart"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"hookline.dev/hookline/internal/hook"
)

// TestMultipartContentIsNeverChanged stores contents that look like boundaries and headers, and compares them.
func TestMultipartContentIsNeverChanged(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pieces := rapid.SampledFrom([]string{"\r\n", "\n", "\r", "--", "b", "--b", "\r\n--b", "--b--", "\x00", "\xff", "Content-Type: x", "測", " "})
		contents := rapid.SliceOfN(rapid.Map(rapid.SliceOfN(pieces, 0, 12), func(p []string) string { return strings.Join(p, "") }), 0, 6).Draw(t, "contents")
		var raw bytes.Buffer
		w := multipart.NewWriter(&raw)
		if err := w.SetBoundary("bx"); err != nil {
			t.Fatal(err)
		}
		var want []string
		for _, content := range contents {
			if strings.Contains(content, "--bx") {
				continue
			}
			part, err := w.CreateFormFile("f", "x.bin")
			if err != nil {
				t.Fatal(err)
			}
			_, _ = part.Write([]byte(content))
			want = append(want, content)
		}
		_ = w.WriteField("end", "1")
		_ = w.Close()
		var stored memoryFiles
		got, files, err := ContextWithin(hook.Request{ContentType: w.FormDataContentType(), Body: raw.Bytes()}, Limits{}, &stored)
		if err != nil || got.Data.Text() != `{"end":"1"}` || len(files) != len(want) {
			t.Fatalf("%d files, data %s, %v", len(files), got.Data.Text(), err)
		}
		for i := range want {
			if stored.contents[i] != want[i] || files[i].Size != int64(len(want[i])) {
				t.Fatalf("file %d: got %q, want %q", i, stored.contents[i], want[i])
			}
		}
	})
}
