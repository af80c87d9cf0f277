package main

import (
	"context"
	"encoding/json"
	"fmt"

	"hookline.dev/hookline/bench/process"
)

// complete checks that every accepted call became one successful execution and one record, and that the newest
// execution can be read with its request and the input and result of every step.
func (e *env) complete(ctx context.Context, server *process.Server, accepted int64) error {
	var executed, stored, other int64
	if err := process.Each(ctx, server, "/api/executions", func(x struct {
		Status string `json:"status"`
	}) {
		if x.Status == "succeeded" {
			executed++
		} else {
			other++
		}
	}); err != nil {
		return err
	}
	if err := process.Each(ctx, server, "/api/collections/pushes/records", func(struct{}) { stored++ }); err != nil {
		return err
	}
	if accepted != executed || accepted != stored || other != 0 {
		return fmt.Errorf("%d calls were accepted, %d executions succeeded, %d ended otherwise, %d records are stored", accepted, executed, other, stored)
	}
	return e.readable(ctx, server)
}

// readable checks that the newest execution is stored completely, i.e. that speed was not gained by leaving
// something out.
func (e *env) readable(ctx context.Context, server *process.Server) error {
	var last struct {
		Request struct {
			Body json.RawMessage `json:"body"`
		} `json:"request"`
		Steps []struct {
			Node   string          `json:"node"`
			Status string          `json:"status"`
			Input  json.RawMessage `json:"input"`
			Result json.RawMessage `json:"result"`
		} `json:"steps"`
	}
	if err := server.Get(ctx, "/api/executions/last", &last); err != nil {
		return err
	}
	if len(last.Request.Body) < len(e.body) {
		return fmt.Errorf("of the request's %d bytes %d can be read", len(e.body), len(last.Request.Body))
	}
	if len(last.Steps) < 2 {
		return fmt.Errorf("%d steps can be read", len(last.Steps))
	}
	for _, s := range last.Steps {
		if s.Status != "succeeded" || s.Input == nil {
			return fmt.Errorf("step %+v: the input cannot be read", s)
		}
	}
	return nil
}
