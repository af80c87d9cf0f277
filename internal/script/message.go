package script

import (
	"encoding/binary"
	"slices"
	"time"
)

// request describes a run to the worker. All texts except source are JSON.
type request struct {
	seq     uint64
	check   bool // compile only
	timeout time.Duration
	memory  int64
	source  string
	context string
	body    string
	nodes   string
	env     string
}

func (r *request) size() int {
	return len(r.source) + len(r.context) + len(r.body) + len(r.nodes) + len(r.env)
}

func (r *request) appendTo(buf []byte) []byte {
	const numbers = 1 << 7 // bytes of the numbers and lengths, at most
	buf = beginFrame(slices.Grow(buf[:0], r.size()+numbers), frameRun)
	buf = binary.AppendUvarint(buf, r.seq)
	buf = appendBool(buf, r.check)
	buf = binary.AppendUvarint(buf, uint64(r.timeout))
	buf = binary.AppendUvarint(buf, uint64(r.memory))
	for _, s := range [...]string{r.source, r.context, r.body, r.nodes, r.env} {
		buf = appendText(buf, s)
	}
	return endFrame(buf)
}

func parseRequest(payload string) (request, error) {
	f := fields{rest: payload}
	r := request{seq: f.number(), check: f.number() == 1, timeout: time.Duration(f.number()), memory: int64(f.number())}
	for _, s := range [...]*string{&r.source, &r.context, &r.body, &r.nodes, &r.env} {
		*s = f.text()
	}
	return r, f.err
}

// reply is the result of a run: the result if ok is true, otherwise the fields of an Error.
type reply struct {
	seq     uint64
	ok      bool
	result  string // JSON
	kind    Kind
	name    string
	message string
	line    int
}

func (r *reply) appendTo(buf []byte) []byte {
	buf = beginFrame(buf, frameDone)
	buf = binary.AppendUvarint(buf, r.seq)
	buf = appendBool(buf, r.ok)
	if r.ok {
		return endFrame(appendText(buf, r.result))
	}
	buf = binary.AppendUvarint(buf, uint64(r.kind))
	buf = appendText(appendText(buf, r.name), r.message)
	return endFrame(binary.AppendUvarint(buf, uint64(r.line)))
}

func parseReply(payload string) (reply, error) {
	f := fields{rest: payload}
	r := reply{seq: f.number(), ok: f.number() == 1}
	if r.ok {
		r.result = f.text()
	} else {
		r.kind = Kind(min(f.number(), uint64(Canceled)))
		r.name, r.message, r.line = f.text(), f.text(), int(f.number())
	}
	return r, f.err
}

// Line is one console line.
type Line struct {
	Level string // log, info, warn, error or debug
	Text  string // UTF-8, may contain line breaks
}

func appendLines(buf []byte, seq uint64, lines []Line) []byte {
	buf = binary.AppendUvarint(beginFrame(buf, frameLog), seq)
	buf = binary.AppendUvarint(buf, uint64(len(lines)))
	for _, l := range lines {
		buf = appendText(appendText(buf, l.Level), l.Text)
	}
	return endFrame(buf)
}

func parseLines(payload string) (seq uint64, lines []Line, err error) {
	f := fields{rest: payload}
	seq = f.number()
	for n := min(f.number(), MaxLogLines+1); n > 0 && f.err == nil; n-- {
		lines = append(lines, Line{Level: f.text(), Text: f.text()})
	}
	return seq, lines, f.err
}
