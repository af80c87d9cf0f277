package catalog_test

import (
	"strings"
	"testing"

	"hookline.dev/hookline/internal/fault"
)

const (
	handlerDoc = "workflow: tell\ntrigger: {type: call}\nnodes: [{key: done, type: end}]\n"
	failingDoc = "workflow: orders\ntrigger: {type: webhook, auth: none}\noptions: {onFailure: tell}\nnodes: [{key: done, type: end}]\n"
)

func TestWhatOnFailureNamesIsThere(t *testing.T) {
	for _, test := range []struct {
		before, given, want string // want "": it is published
	}{
		{"", failingDoc + "---\n" + handlerDoc, ""},
		{handlerDoc, failingDoc, ""},
		{"", failingDoc, `new.yaml:3: options.onFailure: there is no workflow "tell"`},
		{strings.ReplaceAll(handlerDoc, "workflow: tell", "workflow: tel"), failingDoc, `did you mean "tel"?`},
		{strings.ReplaceAll(handlerDoc, "call", "webhook, auth: none"), failingDoc, "give it trigger: {type: call}"},
		{handlerDoc, strings.ReplaceAll(handlerDoc, "nodes", "options: {onFailure: tell}\nnodes"), "is not possible in a workflow of type call"},
		{failingDoc + "---\n" + handlerDoc, strings.ReplaceAll(handlerDoc, "call", "webhook, auth: none"), "new.yaml:2: trigger.type: must stay call: workflow orders starts this one"},
	} {
		c, _ := newWithCustomers(t)
		if test.before != "" {
			if err := publish(t, c, test.before); err != nil {
				t.Fatal(err)
			}
		}
		err := publish(t, c, test.given)
		if test.want == "" && err != nil || test.want != "" && (!fault.Is(err, fault.Conflict) || !strings.Contains(fault.Message(err), test.want)) {
			t.Errorf("before %q, given %q: %v, want %s", test.before, test.given, err, test.want)
		}
	}
}
