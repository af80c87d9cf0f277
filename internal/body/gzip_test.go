package body

import (
	"bytes"
	"compress/gzip"
	"runtime"
	"strings"
	"testing"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/hook"
)

func zipped(t testing.TB, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// encoded returns a request with a body and a Content-Encoding.
func encoded(coding, contentType string, raw []byte) hook.Request {
	return hook.Request{
		ContentType: contentType, Body: raw,
		Headers: []hook.Header{{Name: "Content-Encoding", Value: coding}},
	}
}

func TestGzipIsDecompressed(t *testing.T) {
	const doc = ` {"a":[1,2.50]}`
	plain := zipped(t, doc)
	for _, c := range []struct {
		name, coding string
		raw          []byte
	}{
		{"gzip", "gzip", plain},
		{"its old name", "x-gzip", plain},
		{"in capitals", "GZip", plain},
		{"beside identity", "identity, gzip,", plain},
		{"two files", "gzip", append(zipped(t, doc[:5]), zipped(t, doc[5:])...)},
		{"none", "identity", []byte(doc)},
		{"an empty header", "", []byte(doc)},
	} {
		t.Run(c.name, func(t *testing.T) {
			req := encoded(c.coding, "application/json", c.raw)
			got, _, err := ContextWithin(req, Limits{Bytes: len(doc)}, nil)
			if err != nil {
				t.Fatal(err)
			}
			if got.Data.Text() != doc[1:] || got.RawBody != doc {
				t.Errorf("data %s, raw body %s", got.Data.Text(), got.RawBody)
			}
			again, err := Context(req)
			if err != nil || again != got && (again.Data.Text() != got.Data.Text() || again.RawBody != got.RawBody) {
				t.Errorf("from the record: %v, %v", again, err)
			}
		})
	}
	if got, err := Context(encoded("gzip", "application/json", zipped(t, ""))); err != nil || !got.Data.IsNull() {
		t.Errorf("an empty body, compressed: %s, %v", got.Data.Text(), err)
	}
}

func TestInvalidGzipIsRefused(t *testing.T) {
	good := zipped(t, strings.Repeat("x", 1000))
	flipped := bytes.Clone(good)
	flipped[len(flipped)-5] ^= 1 // a byte of the checksum
	for _, c := range []struct {
		name, coding string
		raw          []byte
		kind         fault.Kind
		says         string
	}{
		{"no gzip", "gzip", []byte(`{"a":1}`), fault.Invalid, "it is not gzip as its Content-Encoding says"},
		{"cut off", "gzip", good[:len(good)-9], fault.Invalid, "cut off"},
		{"without its end", "gzip", good[:len(good)-1], fault.Invalid, "cut off"},
		{"only a header", "gzip", good[:10], fault.Invalid, "cut off"},
		{"damaged", "gzip", flipped, fault.Invalid, "damaged"},
		{"followed by text", "gzip", append(bytes.Clone(good), "more"...), fault.Invalid, "followed by something else"},
		{"followed by zeros", "gzip", append(bytes.Clone(good), 0, 0), fault.Invalid, "followed by something else"},
		{"too long", "gzip", zipped(t, strings.Repeat("x", 1001)), fault.TooLarge, "it decompresses to more than 1000 bytes"},
		{"a bomb", "gzip", zipped(t, strings.Repeat("x", 10<<20)), fault.TooLarge, "it decompresses to more than 1000 bytes"},
		{"a bomb in pieces", "gzip", bytes.Repeat(good, 2), fault.TooLarge, "it decompresses to more than 1000 bytes"},
		{"many empty files", "gzip", bytes.Repeat(zipped(t, ""), MaxMembers+1), fault.TooLarge, "more than 1000 gzip members"},
		{"twice", "gzip, gzip", zipped(t, string(good)), fault.Unsupported, "more than one Content-Encoding"},
		{"deflate", "deflate", good, fault.Unsupported, `the Content-Encoding "deflate" is not supported`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, _, err := ContextWithin(encoded(c.coding, "text/plain", c.raw), Limits{Bytes: 1000}, nil)
			if !fault.Is(err, c.kind) || !strings.Contains(fault.Message(err), c.says) {
				t.Errorf("got %v, want kind %v saying %q", err, c.kind, c.says)
			}
		})
	}
}

func TestDecompressionBombStopsAtTheLimit(t *testing.T) {
	bomb := encoded("gzip", "text/plain", zipped(t, strings.Repeat("\x00", 16<<20)))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if _, _, err := ContextWithin(bomb, Limits{Bytes: 1 << 20}, nil); !fault.Is(err, fault.TooLarge) {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	if used := after.TotalAlloc - before.TotalAlloc; used > 4<<20 {
		t.Errorf("%d bytes for a cap of 1 MiB", used)
	}
}
