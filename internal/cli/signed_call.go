package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"syscall"
	"time"

	"hookline.dev/hookline/internal/curl"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/hook"
)

// signedCall is a call that is ready to be sent.
type signedCall struct {
	method  string
	url     string
	headers []hook.Header
	body    []byte
}

const (
	sendTimeout = 2 * time.Minute // sync workflows may be slow
	maxShown    = 1 << 20         // largest response body that is printed, in bytes
)

// curl returns the command that sends the call. file is the source of the body; - is stdin, and "" is none.
func (c *signedCall) curl(file string) (string, error) {
	command := curl.Command{Method: c.method, URL: c.url, Headers: c.headers}
	switch {
	case file == "":
	case file != "-":
		command.File = file
	case len(c.body) > curl.MaxInline:
		return "", fault.New("cli.sign", fault.Unsupported, "a body from stdin that is larger than 64 KiB does not fit in a command; save it to a file, or use --send")
	default:
		command.Body = c.body
	}
	return command.String(), nil
}

// send sends the call and prints the answer.
func (c *signedCall) send(sys *system) error {
	ctx, cancel := context.WithTimeout(context.Background(), sendTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, c.method, c.url, bytes.NewReader(c.body))
	if err != nil {
		return &usageError{[]error{err}}
	}
	for _, h := range c.headers {
		if strings.EqualFold(h.Name, "Host") {
			req.Host = h.Value
			continue
		}
		req.Header[h.Name] = append(req.Header[h.Name], h.Value)
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(req)
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return fault.As("cli.sign", fault.Unavailable, err, "no server at %s: start one with hookline serve", c.url)
	case err != nil:
		return fault.As("cli.sign", fault.Unavailable, err, "cannot reach %s: %v", c.url, inner(err))
	}
	defer res.Body.Close()
	return printAnswer(sys, res)
}

func printAnswer(sys *system, res *http.Response) error {
	body, err := io.ReadAll(io.LimitReader(res.Body, maxShown+1))
	if err != nil {
		return fault.As("cli.sign", fault.Unavailable, err, "the connection was lost during the response: %v", err)
	}
	fmt.Fprintln(sys.stdout, cleanText(res.Proto+" "+res.Status))
	for _, name := range slices.Sorted(maps.Keys(res.Header)) {
		for _, line := range res.Header[name] {
			fmt.Fprintln(sys.stdout, cleanText(name+": "+line))
		}
	}
	if len(body) > 0 {
		fmt.Fprintln(sys.stdout)
		fmt.Fprintln(sys.stdout, strings.TrimSuffix(cleanText(string(body[:min(len(body), maxShown)])), "\n"))
	}
	if len(body) > maxShown {
		fmt.Fprintln(sys.stderr, "The response is longer than 1 MiB; the rest is not shown.")
	}
	if res.StatusCode >= http.StatusBadRequest {
		return fmt.Errorf("the response is %s", cleanText(res.Status))
	}
	return nil
}
