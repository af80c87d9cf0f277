package catalog

import (
	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/document"
	"hookline.dev/hookline/internal/errorcode"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/nearest"
)

// handlers checks that what options.onFailure names is there and of type call, once the changes are published.
// replaced has the changed workflows.
func (c *Catalog) handlers(changes []document.Loaded, replaced map[string]flow.Workflow) []document.Problem {
	types := make(map[string]string)
	var keys []string
	for _, e := range c.current.Load().list {
		if e.Compiled != nil {
			types[e.Key] = e.Compiled.Workflow.Trigger.Type
		}
	}
	for key, wf := range replaced {
		types[key] = wf.Trigger.Type
	}
	for key, name := range types {
		if name == flow.TypeCall {
			keys = append(keys, key)
		}
	}
	var problems []document.Problem
	for _, wf := range changes {
		if message := handlerProblem(wf.Workflow, types, keys); message != "" {
			problems = append(problems, wf.Source.Place([]document.Problem{{Code: errorcode.Missing, Path: "options.onFailure", Message: message}})...)
		}
	}
	for _, e := range c.current.Load().list {
		if _, changed := replaced[e.Key]; changed || e.Compiled == nil {
			continue
		}
		handler := e.Compiled.Workflow.Options.OnFailure
		if wf, changed := replaced[handler]; changed && wf.Trigger.Type != flow.TypeCall {
			at := changes[0].Source
			for _, change := range changes {
				if change.Workflow.Key == handler {
					at = change.Source
				}
			}
			problems = append(problems, at.Place([]document.Problem{{
				Code: errorcode.Conflict, Path: "trigger.type", Message: "must stay call: workflow " + e.Key + " starts this one with onFailure",
			}})...)
		}
	}
	return problems
}

// handlerProblem returns what is wrong with a workflow's onFailure, or "".
func handlerProblem(wf flow.Workflow, types map[string]string, keys []string) string {
	handler := wf.Options.OnFailure
	switch {
	case handler == "":
		return ""
	case wf.Trigger.Type == flow.TypeCall:
		return "is not possible in a workflow of type call, so that failures cannot start each other for ever"
	case types[handler] == "":
		message := "there is no workflow " + decode.Quote(handler)
		if near, ok := nearest.Name(handler, keys); ok {
			message += "; did you mean " + decode.Quote(near) + "?"
		}
		return message
	case types[handler] != flow.TypeCall:
		return "the workflow " + handler + " starts by its URL; give it trigger: {type: call}"
	default:
		return ""
	}
}
