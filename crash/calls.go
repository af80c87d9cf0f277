package main

import (
	"strings"

	"hookline.dev/hookline/bench/load"
)

// kind is a sort of call. What it sends for one number is the same each time.
type kind struct {
	workflow string
	prefix   string // of its calls' ids
	sync     bool
	keyed    bool // several numbers are the same call, sent again
	body     func(mark string) (contentType, body string)
}

// kinds lists them; the first four share most of the numbers.
func kinds() []kind {
	return []kind{
		{workflow: "calls-async", prefix: "a", body: smallBody},
		{workflow: "calls-sync", prefix: "s", sync: true, body: smallBody},
		{workflow: "calls-keyed", prefix: "k", keyed: true, body: smallBody},
		{workflow: "calls-keyed-sync", prefix: "y", sync: true, keyed: true, body: smallBody},
		{workflow: "calls-files", prefix: "f", body: fileBody},
		{workflow: "calls-large", prefix: "l", body: largeBody},
		{workflow: "calls-data", prefix: dataPrefix, body: smallBody},
		{workflow: "calls-tally", prefix: tallyPrefix, body: smallBody},
	}
}

// The prefixes of the calls whose records are looked at.
const dataPrefix, tallyPrefix = "d", "t"

const (
	ordinary  = 4       // kinds that take turns
	fileEvery = 64      // numbers, of which one is a call with a file
	bigEvery  = 2048    // and one is a call with a large body
	dataEvery = 40      // and one is a call that does every operation
	allEvery  = 1000    // and one is a call that raises the tallies
	bigBody   = 1 << 20 // which is longer than this, so that it is kept outside the database

	callsPerKey = 16  // numbers in a row that share a key, but for those that repeat an older one
	keysBack    = 200 // keys ago: mostly in an earlier run
)

// kindOf chooses by the number.
func (s *suite) kindOf(n int64) *kind {
	switch {
	case n%allEvery == allEvery-1:
		return &s.kinds[ordinary+3]
	case n%dataEvery == dataEvery-1:
		return &s.kinds[ordinary+2]
	case n%bigEvery == bigEvery-1:
		return &s.kinds[ordinary+1]
	case n%fileEvery == fileEvery-1:
		return &s.kinds[ordinary]
	default:
		return &s.kinds[n%ordinary]
	}
}

// number is the number of the call that is sent.
func (k *kind) number(n int64) int64 {
	switch {
	case !k.keyed:
		return n
	case n%callsPerKey < ordinary:
		return max(0, n/callsPerKey-keysBack)
	default:
		return n / callsPerKey
	}
}

// call is the id of a call, as its record holds it.
func (k *kind) call(n int64) string { return k.prefix + load.ID(k.number(n)) }

// request is what is sent, with a mark where the number is to be.
func (k *kind) request(addr string) []byte {
	contentType, body := k.body(k.prefix + load.Mark)
	return load.Request("POST", "/api/webhooks/"+k.workflow, addr, [][2]string{{"Content-Type", contentType}}, []byte(body))
}

func smallBody(call string) (contentType, body string) {
	return "application/json", `{"call":"` + call + `","text":"some text, so that pages fill"}`
}

func largeBody(call string) (contentType, body string) {
	return "application/json", `{"call":"` + call + `","text":"` + strings.Repeat("x", bigBody) + `"}`
}

func fileBody(call string) (contentType, body string) {
	const boundary = "boundary-of-the-parts"
	part := func(disposition, content string) string {
		return "--" + boundary + "\r\nContent-Disposition: form-data; " + disposition + "\r\n\r\n" + content + "\r\n"
	}
	return "multipart/form-data; boundary=" + boundary, part(`name="call"`, call) +
		part(`name="doc"; filename="doc.txt"`, "the file of "+call) + "--" + boundary + "--\r\n"
}
