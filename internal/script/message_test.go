package script

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestMessagesSurviveTheWire(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String()
		req := request{
			seq: rapid.Uint64().Draw(t, "seq"), check: rapid.Bool().Draw(t, "check"), memory: rapid.Int64Min(0).Draw(t, "memory"),
			source: text.Draw(t, "source"), context: text.Draw(t, "context"), body: text.Draw(t, "body"),
			nodes: text.Draw(t, "nodes"), env: text.Draw(t, "env"),
		}
		kind, payload, err := readFrame(bytes.NewReader(req.appendTo(nil)), MaxInput)
		if err != nil || kind != frameRun {
			t.Fatal(kind, err)
		}
		got, err := parseRequest(string(payload))
		if diff := cmp.Diff(req, got, cmp.AllowUnexported(request{})); diff != "" || err != nil {
			t.Fatal(diff, err)
		}
		rep := reply{seq: req.seq, ok: req.check}
		if rep.ok {
			rep.result = req.source
		} else {
			rep.kind, rep.name, rep.message, rep.line = Memory, req.source, req.body, int(req.memory%1e6)
		}
		_, payload, _ = readFrame(bytes.NewReader(rep.appendTo(nil)), MaxInput)
		gotReply, err := parseReply(string(payload))
		if diff := cmp.Diff(rep, gotReply, cmp.AllowUnexported(reply{})); diff != "" || err != nil {
			t.Fatal(diff, err)
		}
	})
}

// FuzzFrames sends both ends of the protocol what the other end would never send.
func FuzzFrames(f *testing.F) {
	f.Add((&request{seq: 1, source: "return 1"}).appendTo(nil))
	f.Add((&reply{seq: 1, ok: true, result: "{}"}).appendTo(nil))
	f.Add(appendLines(nil, 1, []Line{{"log", "x"}}))
	f.Add([]byte{'R', 0xff, 0xff, 0xff, 0xff})
	f.Fuzz(func(t *testing.T, data []byte) {
		r := bytes.NewReader(data)
		for {
			_, payload, err := readFrame(r, 1<<16)
			if err != nil {
				return
			}
			_, _ = parseRequest(string(payload))
			_, _ = parseReply(string(payload))
			if _, lines, _ := parseLines(string(payload)); len(lines) > MaxLogLines+1 {
				t.Errorf("%d lines", len(lines))
			}
		}
	})
}
