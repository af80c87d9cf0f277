package script

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"testing"
	"time"
)

func sources() map[string]string {
	return map[string]string{
		``:                                       "",
		`return 1`:                               "",
		`return await f()`:                       "",
		`throw new Error('x')`:                   "",
		`for (;;);`:                              "",
		sampleSignature:                          "",
		sampleBranch:                             "",
		"return 1;\nreturn )":                    "SyntaxError: unexpected token in expression: ')' (line 2)",
		`const a = 1; const a = 2`:               "SyntaxError: invalid redefinition of lexical identifier (line 1)",
		`}); x(); (async () => {`:                "SyntaxError: the source closes a brace that it did not open",
		`}, function () {`:                       "SyntaxError: the source closes a brace that it did not open",
		`} + function () {`:                      "SyntaxError: the source closes a brace that it did not open",
		`}(globalThis.x = 1), function () {`:     "SyntaxError: the source closes a brace that it did not open",
		"}\n[globalThis.x = 1]\n, function () {": "SyntaxError: the source closes a brace that it did not open",
		`} , x, async function y() {`:            "SyntaxError: the source closes a brace that it did not open",
		`return 1 } , async g() { return 2`:      "SyntaxError: expecting ')' (line 1)",
		`import x from 'y'`:                      "SyntaxError: expecting '(' (line 1)",
		"\n\n/(/":                                "SyntaxError: expecting ')' (line 3)",
		strings.Repeat(" ", MaxSource+1):         "the source is 262145 bytes, a script may have 262144",
	}
}

func TestCheckCompilesAndRunsNothing(t *testing.T) {
	p := newPool(t, 1)
	for name, check := range map[string]func(string) error{
		"in process":  Check,
		"in a worker": func(s string) error { return p.Check(context.Background(), s) },
	} {
		for source, want := range sources() {
			err := check(source)
			if want == "" && err != nil || want != "" && (err == nil || err.Error() != want) {
				t.Errorf("%s: %.80q: got %v, want %q", name, source, err, want)
			}
		}
	}
}

func TestCheckInAWorkerIsBounded(t *testing.T) {
	p := newPool(t, 1)
	var b strings.Builder
	for i := 0; b.Len() < MaxSource-20; i++ {
		b.WriteString("let l" + strconv.Itoa(i) + ";")
	}
	req, err := (&Run{Source: b.String(), Timeout: 100 * time.Millisecond}).request(1)
	if err != nil {
		t.Fatal(err)
	}
	req.check = true
	var e *Error
	if _, err := p.do(context.Background(), "", func() (*request, error) { return req, nil }); !errors.As(err, &e) || e.Kind != Timeout {
		t.Errorf("got %v, want %s", err, Timeout)
	}
}
