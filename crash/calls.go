package main

import (
	"strings"

	"hookline.dev/hookline/bench/load"
)

// kind is a kind of call. It sends the same bytes for the same number every time.
type kind struct {
	workflow string
	prefix   string // of its calls' ids
	sync     bool
	keyed    bool // several numbers stand for the same call, which is repeated
	body     func(mark string) (contentType, body string)
}

// kinds lists the kinds of calls. Most numbers are shared among the first four.
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
		{workflow: "calls-request", prefix: requestPrefix, body: smallBody},
	}
}

// The prefixes of calls whose records or requests are verified.
const dataPrefix, tallyPrefix, requestPrefix = "d", "t", "r"

// onlyRequest is the value of Options.Only for calls that send requests, and nothing else.
const onlyRequest = "request"

const (
	ordinary  = 4       // kinds that take turns
	fileEvery = 64      // one call in this many has a file
	bigEvery  = 2048    // one call in this many has a large body
	dataEvery = 40      // one call in this many does every operation on records
	allEvery  = 1000    // one call in this many raises the tallies
	outEvery  = 16      // one call in this many sends requests
	bigBody   = 1 << 20 // a large body is longer than this, so it is stored outside the database

	callsPerKey = 16  // consecutive numbers that share a key, except for those that repeat an older key
	keysBack    = 200 // how many keys back such a repeat goes, usually into an earlier run
)

// kindOf chooses the kind of call by its number.
func (s *suite) kindOf(n int64) *kind {
	switch {
	case s.Only == onlyRequest, n%outEvery == outEvery-2:
		return &s.kinds[ordinary+4]
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

// number returns the number of the call that is sent in place of the n-th.
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

// call returns the id of a call, as its record contains it.
func (k *kind) call(n int64) string { return k.prefix + load.ID(k.number(n)) }

// request returns the request, with a mark in place of the number.
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
