package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hookline.dev/hookline/internal/expr"
	"hookline.dev/hookline/internal/value"
)

func TestTheTableOfOperatorsIsThatOfTheLanguage(t *testing.T) {
	// The message for an unknown operator lists all operators.
	_, problems := expr.CompileWhen(value.Trusted(`{"left":1,"op":"noOperatorAtAll","right":1}`), expr.Options{})
	if len(problems) != 1 {
		t.Fatal(problems)
	}
	_, list, ok := strings.Cut(problems[0].Message, "there are ")
	if !ok {
		t.Fatalf("the message lists no operators: %s", problems[0].Message)
	}
	var have []string
	for _, o := range operators() {
		have = append(have, o.name)
	}
	if diff := cmp.Diff(strings.Split(list, ", "), have); diff != "" {
		t.Errorf("operators (-language +table)\n%s", diff)
	}
}
