package wire

import (
	"bytes"
	"strings"
)

// stage is where in a message a follower is.
type stage uint8

const (
	inHead      stage = iota // the request line and the header lines
	inBody                   // of known length
	inChunkSize              // digits, CR, LF
	inChunk                  // data
	afterChunk               // CR, LF
	afterLast                // CR, LF: a trailer is not followed
	lost                     // for ever
)

// maxChunkDigits keeps the size of a chunk within an int64.
const maxChunkDigits = 15

// follower finds the header blocks in what a client sends. It understands a part of what net/http
// does, and in the same way; at anything else it is lost and says nothing any more.
type follower struct {
	limit int // bytes of a header block
	stage stage

	head      []byte // the block that is coming in
	lineStart int    // in head
	length    int64  // of the body, by Content-Length; with hasLength
	hasLength bool
	chunked   bool

	left   int64 // bytes of the body or chunk
	digits int   // of the chunk's size so far
	sawCR  bool  // the CR of a CR LF

	done []byte // the last whole block; nil: not known
}

// feed takes the next bytes of a connection and returns how many of them belong to the message that
// they begin in.
func (f *follower) feed(b []byte) int {
	at := 0
	for at < len(b) {
		var n int
		var end bool
		switch f.stage {
		case inHead:
			n, end = f.takeHead(b[at:])
		case inBody, inChunk:
			n, end = f.skip(b[at:])
		case inChunkSize:
			n = f.takeSize(b[at:])
		case afterChunk, afterLast:
			n, end = f.takeEnd(b[at:])
		default:
			return len(b)
		}
		at += n
		if end {
			f.stage = inHead
			break
		}
	}
	return at
}

// lose gives up. What was known before is forgotten too: nobody could tell any more to which request
// it belongs.
func (f *follower) lose() { *f = follower{stage: lost} }

// takeHead adds lines to the block until the blank one.
func (f *follower) takeHead(b []byte) (n int, end bool) {
	for n < len(b) {
		i := bytes.IndexByte(b[n:], '\n')
		piece := b[n:]
		if i >= 0 {
			piece = b[n : n+i+1]
		}
		n += len(piece)
		f.head = append(f.head, piece...)
		if len(f.head) > f.limit {
			f.lose()
			return n, false
		}
		if i < 0 {
			return n, false
		}
		line := cutEnd(f.head[f.lineStart:])
		first := f.lineStart == 0
		f.lineStart = len(f.head)
		switch {
		case first && !plainVersion(line), len(line) > 0 && (line[0] == ' ' || line[0] == '\t'):
			f.lose() // not HTTP/1, or a folded line
		case len(line) == 0:
			return n, f.headDone()
		case !first && !f.frame(line):
			f.lose()
		}
		if f.stage == lost {
			return n, false
		}
	}
	return n, false
}

// cutEnd takes the LF and one CR off a line, as bufio.Reader.ReadLine does.
func cutEnd(line []byte) []byte {
	line = line[:len(line)-1]
	if n := len(line); n > 0 && line[n-1] == '\r' {
		line = line[:n-1]
	}
	return line
}

// plainVersion reports whether a request line is one of HTTP/1.1 or 1.0.
func plainVersion(line []byte) bool {
	return bytes.HasSuffix(line, []byte(" HTTP/1.1")) || bytes.HasSuffix(line, []byte(" HTTP/1.0"))
}

// frame looks for what says how long the body is (RFC 9112 section 6). It returns false where readers
// might differ.
func (f *follower) frame(line []byte) bool {
	switch line[0] | 0x20 {
	case 'c':
		text, ok := valueOf(line, "Content-Length")
		if !ok {
			return true
		}
		if f.hasLength || f.chunked || len(text) == 0 || len(text) > 18 {
			return false
		}
		f.hasLength = true
		for _, d := range text {
			if d < '0' || d > '9' {
				return false
			}
			f.length = 10*f.length + int64(d-'0')
		}
	case 't':
		text, ok := valueOf(line, "Transfer-Encoding")
		if !ok {
			return true
		}
		if f.hasLength || f.chunked || !strings.EqualFold(string(text), "chunked") {
			return false
		}
		f.chunked = true
	}
	return true
}

// valueOf is the value of a header line if it has that name.
func valueOf(line []byte, name string) ([]byte, bool) {
	if len(line) <= len(name) || line[len(name)] != ':' || !strings.EqualFold(string(line[:len(name)]), name) {
		return nil, false
	}
	return bytes.Trim(line[len(name)+1:], " \t"), true
}

// headDone puts the block where head finds it and turns to the body. It reports whether there is none.
func (f *follower) headDone() (end bool) {
	if f.chunked && !bytes.HasSuffix(cutEnd(f.head[:bytes.IndexByte(f.head, '\n')+1]), []byte("1.1")) {
		f.lose() // HTTP/1.0 has no chunks, whatever its header says
		return false
	}
	f.done, f.head = f.head, f.done[:0]
	if cap(f.head) > keptBuffer {
		f.head = nil
	}
	chunked, length := f.chunked, f.length
	f.lineStart, f.length, f.hasLength, f.chunked = 0, 0, false, false
	switch {
	case chunked:
		f.beginChunk()
	case length > 0:
		f.stage, f.left = inBody, length
	default:
		return true
	}
	return false
}

func (f *follower) beginChunk() { f.stage, f.left, f.digits, f.sawCR = inChunkSize, 0, 0, false }

// skip passes over data.
func (f *follower) skip(b []byte) (n int, end bool) {
	n = int(min(f.left, int64(len(b))))
	f.left -= int64(n)
	if f.left > 0 {
		return n, false
	}
	if f.stage == inBody {
		return n, true
	}
	f.stage, f.sawCR = afterChunk, false
	return n, false
}

// takeSize reads the line before a chunk: hexadecimal digits and CR LF, nothing else.
func (f *follower) takeSize(b []byte) (n int) {
	for _, x := range b {
		n++
		digit, isDigit := hexDigit(x)
		switch {
		case f.sawCR && x == '\n' && f.left == 0:
			f.stage, f.sawCR = afterLast, false
			return n
		case f.sawCR && x == '\n':
			f.stage = inChunk
			return n
		case isDigit && !f.sawCR && f.digits < maxChunkDigits:
			f.left = f.left<<4 | digit
			f.digits++
		case x == '\r' && !f.sawCR && f.digits > 0:
			f.sawCR = true
		default:
			f.lose()
			return n
		}
	}
	return n
}

func hexDigit(x byte) (int64, bool) {
	switch {
	case '0' <= x && x <= '9':
		return int64(x - '0'), true
	case 'a' <= x|0x20 && x|0x20 <= 'f':
		return int64(x|0x20-'a') + 10, true
	default:
		return 0, false
	}
}

// takeEnd reads the CR LF behind a chunk, or behind the last one.
func (f *follower) takeEnd(b []byte) (n int, end bool) {
	for _, x := range b {
		n++
		switch {
		case x == '\r' && !f.sawCR:
			f.sawCR = true
		case x == '\n' && f.sawCR && f.stage == afterLast:
			return n, true
		case x == '\n' && f.sawCR:
			f.beginChunk()
			return n, false
		default:
			f.lose()
			return n, false
		}
	}
	return n, false
}
