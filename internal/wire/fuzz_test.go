package wire

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// FuzzFollow holds the follower against net/http's own reader: whatever a client sends, in whatever
// pieces, a block that is believed is the one that net/http has read, and the messages end where it
// says.
func FuzzFollow(f *testing.F) {
	for _, text := range []string{
		"GET / HTTP/1.1\r\nHost: h\r\nA: 1\r\n\r\nGET /2 HTTP/1.1\r\nHost: h\r\n\r\n",
		"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabcPOST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nHost: h\r\n\r\n1\r\na\r\n0\r\n\r\n",
		"POST / HTTP/1.0\nContent-Length: 1\n\nx", "\r\nGET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nA: 1\r\n b\r\n\r\n",
		"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1;x\r\na\r\n0\r\nT: 1\r\n\r\n",
	} {
		f.Add([]byte(text), uint8(3))
	}
	f.Fuzz(func(t *testing.T, sent []byte, size uint8) {
		heads, ends, isLost := follow(sent, 1)
		_, endsAgain, lostAgain := follow(sent, int(size)+1)
		if diff := cmp.Diff([]any{ends, isLost}, []any{endsAgain, lostAgain}); diff != "" {
			t.Fatalf("it depends on the pieces:\n%s", diff)
		}
		in := bufio.NewReaderSize(bytes.NewReader(sent), max(len(sent), 16))
		for i := range heads {
			r, err := http.ReadRequest(in)
			if err != nil {
				return // the server hangs up; what was noted is not asked for
			}
			r.Header.Del("Host")
			_, _ = agreed(heads[i], r) // must not panic
			if _, err := io.Copy(io.Discard, r.Body); err != nil || i >= len(ends) {
				return // broken off
			}
			if end := len(sent) - in.Buffered(); end != ends[i] {
				t.Fatalf("message %d ends at %d, not %d", i, end, ends[i])
			}
		}
		if r, err := http.ReadRequest(in); err == nil && !isLost {
			t.Fatalf("net/http sees one more request: %v", r)
		}
	})
}

// follow feeds pieces and returns where each message ended and, in pieces of one byte, the blocks.
func follow(sent []byte, size int) (heads []string, ends []int, isLost bool) {
	f := follower{limit: 1 << 20}
	for at := 0; at < len(sent); {
		was := f.stage
		at += f.feed(sent[at:min(at+size, len(sent))])
		if was == inHead && f.stage != lost && len(f.head) == 0 {
			heads = append(heads, string(f.done))
		}
		if f.stage == inHead && len(f.head) == 0 {
			ends = append(ends, at)
		}
	}
	return heads, ends, f.stage == lost
}
