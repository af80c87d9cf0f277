package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path/filepath"
	"strconv"
	"time"

	"hookline.dev/hookline/bench/load"
	"hookline.dev/hookline/bench/process"
)

// The targets for records.
const (
	minBulk   = 50_000               // rows per second, in one array
	minLoop   = 20_000               // rows per second, 64 iterations at once
	maxFind   = 2 * time.Millisecond // p99 of finding one row by an index
	maxUpdate = 3.0                  // p99 of W0 while many rows are changed, relative to the quiet one

	bulkRows    = 10_000
	loopPasses  = 20_000
	updatedRows = 1_000_000
	finds       = 5_000
)

// data measures bulk creation, loops, finding one row among many, and the front door while many rows change.
func (e *env) data(ctx context.Context, w io.Writer, o options) error {
	server, err := process.Start(ctx, process.Options{
		Program: e.real, Data: filepath.Join(e.dir, "data-rows"), Workflows: filepath.Join(e.root, "bench", "workflows"),
	})
	if err != nil {
		return err
	}
	defer server.Kill()
	fmt.Fprintf(w, "data    rows of three fields, one of them with an index\n")
	for _, loop := range []struct {
		workflow string
		least    float64
	}{{"loop", 0}, {"loop-64", minLoop}} {
		rate, err := e.call(ctx, server, loop.workflow, fmt.Appendf(nil, `{"n":%d}`, loopPasses), loopPasses)
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "    %-10s %8.0f     rows/s, each a pass with a step and a record of its own%s\n", loop.workflow, rate, verdict(rate, loop.least))
	}
	stored := int64(2 * loopPasses)
	began, first := now(), stored
	for next := stored + updatedRows; stored < next; stored += bulkRows {
		if _, err := e.call(ctx, server, "bulk", rows(stored), bulkRows); err != nil {
			return err
		}
	}
	rate := float64(stored-first) / now().Sub(began).Seconds()
	fmt.Fprintf(w, "    %-10s %8.0f     rows/s, %d in an array%s\n", "bulk", rate, bulkRows, verdict(rate, minBulk))
	if err := e.whileUpdating(ctx, w, server, o, stored); err != nil {
		return err
	}
	for ; stored < o.rows; stored += bulkRows {
		if _, err := e.call(ctx, server, "bulk", rows(stored), bulkRows); err != nil {
			return err
		}
	}
	if err := e.find(ctx, w, server, stored); err != nil {
		return err
	}
	used, err := server.Usage()
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "    memory     %8.1f MiB peak of the server\n\n", mib(used.PeakRSS))
	return nil
}

// rows returns the body of a call with rows whose codes start at from.
func rows(from int64) []byte {
	var b bytes.Buffer
	b.WriteString(`{"rows":[`)
	for i := range int64(bulkRows) {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"code":%d,"label":"row number %d","count":0}`, from+i, from+i)
	}
	b.WriteString(`]}`)
	return b.Bytes()
}

// call makes a sync call and returns the number of rows written per second.
func (e *env) call(ctx context.Context, server *process.Server, workflow string, body []byte, n int) (float64, error) {
	began := now()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, server.URL()+"/api/webhooks/"+workflow, bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, err
	}
	text, err := io.ReadAll(res.Body)
	_ = res.Body.Close() // the body was read completely
	if err != nil {
		return 0, err
	}
	if res.StatusCode != http.StatusNoContent {
		return 0, fmt.Errorf("%s: answered %d: %s", workflow, res.StatusCode, text)
	}
	return float64(n) / now().Sub(began).Seconds(), nil
}

// whileUpdating measures W0 at half its rate, first alone and then while all rows are changed.
func (e *env) whileUpdating(ctx context.Context, w io.Writer, server *process.Server, o options, stored int64) error {
	s := scenario{workflow: "w0", conns: 8}
	quiet := load.Run(ctx, e.plan(server, s, o.duration/2))
	if quiet.FirstErr != nil {
		return quiet.FirstErr
	}
	if err := waitIdle(ctx, server); err != nil {
		return err
	}
	began := now()
	if _, err := e.post(ctx, server, "raise"); err != nil {
		return err
	}
	busy := load.Run(ctx, e.plan(server, s, o.duration/2))
	if busy.FirstErr != nil {
		return busy.FirstErr
	}
	if err := waitIdle(ctx, server); err != nil {
		return err
	}
	took := now().Sub(began)
	if err := e.checkRaised(ctx, server); err != nil {
		return err
	}
	factor := float64(busy.Latency.Quantile(0.99)) / float64(quiet.Latency.Quantile(0.99))
	fmt.Fprintf(w, "    quiet      %8.0f/s   w0 with %d connections; %s\n", quiet.Rate(), s.conns, latencies(&quiet))
	fmt.Fprintf(w, "    updating   %8.0f/s   w0 while %d rows are changed, which took %v; %s\n", busy.Rate(), stored, took.Round(time.Millisecond), latencies(&busy))
	fmt.Fprintf(w, "    factor     %8.2f     of the p99%s\n", factor, atMost(factor, maxUpdate))
	return nil
}

// post makes an async call.
func (e *env) post(ctx context.Context, server *process.Server, workflow string) (int, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, server.URL()+"/api/webhooks/"+workflow, http.NoBody)
	if err != nil {
		return 0, err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, err
	}
	_ = res.Body.Close() // the body is a few bytes
	if res.StatusCode != http.StatusOK {
		return res.StatusCode, fmt.Errorf("%s: answered %d", workflow, res.StatusCode)
	}
	return res.StatusCode, nil
}

// checkRaised checks that each row was changed exactly once.
func (e *env) checkRaised(ctx context.Context, server *process.Server) error {
	var page struct {
		Items []struct{ Count int64 } `json:"items"`
	}
	query := url.Values{"filter": {`{"count":{"$ne":1}}`}, "pageSize": {"1"}}
	if err := server.Get(ctx, "/api/collections/rows/records?"+query.Encode(), &page); err != nil {
		return err
	}
	if len(page.Items) > 0 {
		return fmt.Errorf("a row was changed %d times", page.Items[0].Count)
	}
	return nil
}

// find measures finding one row by its indexed field, over HTTP.
func (e *env) find(ctx context.Context, w io.Writer, server *process.Server, stored int64) error {
	token, err := server.Token()
	if err != nil {
		return err
	}
	p := load.Plan{Addr: server.Addr, Conns: 1, Requests: finds, Source: func(int) func(int64) []byte {
		return func(n int64) []byte {
			code := n * 7919 * 104_729 % (stored - 2*loopPasses) // spread over all rows
			filter := url.QueryEscape(`{"code":` + strconv.FormatInt(2*loopPasses+code, 10) + `}`)
			return load.Request(http.MethodGet, "/api/collections/rows/records?pageSize=1&filter="+filter, server.Addr,
				[][2]string{{"Authorization", "Bearer " + token}}, nil)
		}
	}}
	res := load.Run(ctx, p)
	if res.FirstErr != nil || res.OK() != finds {
		return fmt.Errorf("finding rows: %v: %w", res.Answers, res.FirstErr)
	}
	p99 := res.Latency.Quantile(0.99)
	fmt.Fprintf(w, "    find       %8.0f/s   one of %d rows by its index, over HTTP, one connection; %s%s\n", res.Rate(), stored, latencies(&res),
		atMost(float64(p99)/float64(time.Millisecond), float64(maxFind)/float64(time.Millisecond)))
	return nil
}
