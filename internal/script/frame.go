package script

import (
	"encoding/binary"
	"fmt"
	"io"
)

// The protocol between pool and worker. A frame is a kind, a length (32 bits, big endian) and a payload of that
// length. A payload is a sequence of fields: numbers as uvarints, texts as length and bytes.
const (
	frameHello  = 'H' // worker: ready
	frameRun    = 'R' // pool: run a script
	frameCancel = 'C' // pool: end the run
	frameLog    = 'L' // worker: log lines
	frameDone   = 'D' // worker: the result of the run

	frameHeader = 5

	// protocol is the text of the hello frame. It distinguishes a worker from any other program that writes to
	// its standard output.
	protocol = "hookline script-worker 1"
)

// beginFrame starts a frame in buf, reusing its memory. endFrame fills in the length.
func beginFrame(buf []byte, kind byte) []byte { return append(buf[:0], kind, 0, 0, 0, 0) }

func endFrame(buf []byte) []byte {
	binary.BigEndian.PutUint32(buf[1:], uint32(len(buf)-frameHeader))
	return buf
}

// readFrame reads one frame of at most limit bytes. The caller owns the payload.
func readFrame(r io.Reader, limit int) (kind byte, payload []byte, err error) {
	var head [frameHeader]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return 0, nil, err
	}
	n := binary.BigEndian.Uint32(head[1:])
	if uint64(n) > uint64(limit) {
		return 0, nil, fmt.Errorf("a frame of %d bytes, at most %d are allowed", n, limit)
	}
	payload = make([]byte, n)
	if _, err := io.ReadFull(r, payload); err != nil {
		return 0, nil, fmt.Errorf("a frame was cut off: %w", err)
	}
	return head[0], payload, nil
}

func appendText(buf []byte, s string) []byte {
	return append(binary.AppendUvarint(buf, uint64(len(s))), s...)
}

// fields reads the fields of a payload. After the first error, every read returns a zero value.
type fields struct {
	rest string
	err  error
}

func (f *fields) number() uint64 {
	// Uvarint takes bytes. Ten of them are enough for any number.
	n, size := binary.Uvarint([]byte(f.rest[:min(len(f.rest), binary.MaxVarintLen64)]))
	if size <= 0 {
		f.fail()
		return 0
	}
	f.rest = f.rest[size:]
	return n
}

func (f *fields) text() string {
	n := f.number()
	if n > uint64(len(f.rest)) {
		f.fail()
		return ""
	}
	s := f.rest[:n]
	f.rest = f.rest[n:]
	return s
}

func (f *fields) fail() {
	f.rest = ""
	if f.err == nil {
		f.err = fmt.Errorf("a frame ends in the middle of a field")
	}
}

func appendBool(buf []byte, b bool) []byte {
	if b {
		return append(buf, 1)
	}
	return append(buf, 0)
}
