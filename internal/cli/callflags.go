package cli

import (
	"errors"
	"fmt"
	"unicode/utf8"

	"hookline.dev/hookline/internal/api"
	"hookline.dev/hookline/internal/curl"
	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/document"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/verify"
	"hookline.dev/hookline/internal/verify/preset"
)

// callFlags select the call that a workflow is tried on.
type callFlags struct {
	Sample   string `name:"sample" placeholder:"FILE" help:"A sample of the call: a JSON or XML body, or a complete HTTP request; - for stdin."`
	Delivery string `name:"delivery" placeholder:"ID" help:"A recorded call, dlv_…"`
	Event    string `name:"event" placeholder:"NAME" help:"A sample event of the workflow's preset, e.g. push."`
}

// check refuses more than one call.
func (f *callFlags) check() error {
	given := 0
	for _, text := range []string{f.Sample, f.Delivery, f.Event} {
		if text != "" {
			given++
		}
	}
	if given > 1 {
		return &usageError{[]error{errors.New("give one of --sample, --delivery and --event")}}
	}
	return nil
}

// given reads the sample; nil if none is given.
func (f *callFlags) given(sys *system) (*api.GivenCall, error) {
	if f.Sample == "" {
		return nil, nil //nolint:nilnil // no sample is given
	}
	name := "-"
	if f.Sample != "-" {
		name = "@" + f.Sample
	}
	text, err := (&parseCmd{Sample: name}).read(sys)
	if err != nil {
		return nil, err
	}
	req, err := document.SampleRequest(text)
	if err != nil {
		return nil, fmt.Errorf("--sample: %w", err)
	}
	return givenCall(req), nil
}

// givenCall returns a call as a request of the API.
func givenCall(req hook.Request) *api.GivenCall {
	call := &api.GivenCall{Method: req.Method, Query: req.Query}
	typed := false
	for _, h := range req.Headers {
		if curl.Sets(h.Name) {
			continue
		}
		typed = typed || h.Name == "Content-Type" || h.Name == "content-type"
		call.Headers = append(call.Headers, api.Pair{Name: h.Name, Value: h.Value})
	}
	if !typed && req.ContentType != "" {
		call.Headers = append(call.Headers, api.Pair{Name: "Content-Type", Value: req.ContentType})
	}
	if utf8.Valid(req.Body) {
		call.Body = string(req.Body)
	} else {
		call.Base64 = req.Body
	}
	return call
}

// call puts the selected call into the body of a test.
func (f *callFlags) call(sys *system, server *client, key string, body *testBody) (err error) {
	if err := f.check(); err != nil {
		return err
	}
	if body.Delivery = f.Delivery; f.Event == "" {
		body.Request, err = f.given(sys)
		return err
	}
	var w api.Workflow
	if err := server.get(workflowPath(key), nil, &w); err != nil {
		return err
	}
	sample, err := sampleOf(w.Key, f.Event, w.Presets)
	if err != nil {
		return err
	}
	body.Request = givenCall(hook.Request{Method: "POST", Headers: sample.Headers, ContentType: sample.ContentType, Body: sample.Body(sys.clock.Now())})
	return nil
}

// sampleOf returns a sample event of presets. what has them, for the message.
func sampleOf(what, event string, presets []string) (verify.Sample, error) {
	var names []string
	for _, name := range presets {
		samples, err := preset.Samples(name)
		if err != nil {
			return verify.Sample{}, err
		}
		for _, s := range samples {
			if names = append(names, s.Event); s.Event == event {
				return s, nil
			}
		}
	}
	if len(names) == 0 {
		return verify.Sample{}, fault.New("cli.sampleOf", fault.NotFound, "there are no sample events for %s; give the body yourself", what)
	}
	return verify.Sample{}, fault.New("cli.sampleOf", fault.NotFound, "%s", decode.Unknown("event", event, names))
}
