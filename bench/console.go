package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"hookline.dev/hookline/bench/load"
	"hookline.dev/hookline/bench/process"
)

const (
	maxAnswerTime = 50 * time.Millisecond // p99 of each list and chart of the API
	consoleRounds = 200                   // requests to each endpoint
)

// console measures every list and chart of the API on a store with many executions, while w0 is driven. The target is
// about a machine that has a core for the server: client and server share the two of this one.
func (e *env) console(ctx context.Context, w io.Writer, o options) (err error) {
	data := filepath.Join(e.dir, "data-console")
	defer func() { err = errors.Join(err, os.RemoveAll(data)) }()
	began := now()
	middle, err := fillConsole(data, o.stored)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "console  lists and charts at %d stored executions (made in %v), during w0\n", o.stored, now().Sub(began).Round(time.Second))
	server, err := process.Start(ctx, process.Options{Program: e.real, Data: data, Workflows: filepath.Join(e.root, "bench", "workflows")})
	if err != nil {
		return err
	}
	defer server.Kill()
	loaded, stop := context.WithCancel(ctx)
	done := make(chan load.Result, 1)
	go func() {
		done <- load.Run(loaded, e.plan(server, scenario{workflow: "w0", conns: o.conns}, 0))
	}()
	err = consoleRequests(ctx, w, server, middle)
	stop()
	res := <-done
	fmt.Fprintf(w, "    w0         %8.0f/s   accepted meanwhile; %s\n", res.Rate(), latencies(&res))
	return errors.Join(err, server.Stop(time.Minute))
}

// endpoints lists what the pages of a console ask. middle is a time in the middle of what is stored.
func endpoints(middle time.Time) []string {
	at := middle.UTC().Format(time.RFC3339)
	return []string{
		"/api/overview", "/api/overview?period=30d",
		"/api/statistics", "/api/statistics?step=minute", "/api/statistics?step=hour&from=" + middle.AddDate(0, 0, -14).UTC().Format(time.RFC3339),
		"/api/statistics?step=day&from=" + middle.AddDate(-2, 0, 20).UTC().Format(time.RFC3339),
		"/api/statistics?workflow=" + consoleWorkflow(3) + "&step=minute",
		"/api/workflows", "/api/workflows/w0",
		"/api/executions?limit=100", "/api/executions?limit=100&status=failed", "/api/executions?limit=100&workflow=" + consoleWorkflow(3),
		"/api/executions/last",
		"/api/deliveries?limit=100", "/api/deliveries?limit=100&outcome=rejected", "/api/deliveries?limit=100&outcome=unmatched",
		"/api/deliveries?limit=100&workflow=" + consoleWorkflow(3), "/api/deliveries?limit=100&until=" + at,
		"/api/deliveries?limit=100&workflow=" + consoleWorkflow(3) + "&dedupeKey=order-77",
		"/api/deliveries/last",
	}
}

// consoleRequests asks each endpoint in turn, so that all of them meet the same load.
func consoleRequests(ctx context.Context, w io.Writer, server *process.Server, middle time.Time) error {
	token, err := server.Token()
	if err != nil {
		return err
	}
	all := endpoints(middle)
	times, sizes := make([]load.Histogram, len(all)), make([]int64, len(all))
	for range consoleRounds {
		for i, path := range all {
			began := now()
			if sizes[i], err = fetch(ctx, server.URL()+path, token); err != nil {
				return err
			}
			times[i].Add(now().Sub(began))
		}
	}
	missed := 0
	for i, path := range all {
		p99 := times[i].Quantile(0.99)
		mark := ""
		if p99 > maxAnswerTime {
			missed++
			mark = "   MISSED"
		}
		fmt.Fprintf(w, "    p50 %7.2fms  p99 %7.2fms  %7d bytes  %s%s\n", millis(times[i].Quantile(0.5)), millis(p99), sizes[i], path, mark)
	}
	fmt.Fprintf(w, "    target     p99 at most %v for each: %d of %d reached it\n", maxAnswerTime, len(all)-missed, len(all))
	return nil
}

func millis(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// fetch reads an answer and returns its size.
func fetch(ctx context.Context, url, token string) (int64, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return 0, err
	}
	req.Header.Set("Authorization", "Bearer "+token)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	var text strings.Builder
	n, err := io.Copy(&text, res.Body)
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("GET %s: %s: %s", url, res.Status, text.String())
	}
	return n, err
}
