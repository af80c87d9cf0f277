package node

import (
	"testing"

	"hookline.dev/hookline/internal/value"
)

func TestConfigsInOurShapeAreLeftAlone(t *testing.T) {
	for _, config := range []string{`{"collection2":"a"}`, `{"values":{"params":{"values":1}}}`, `5`, `null`, `{"params":"{{$context.data}}"}`} {
		got, translated := translate("record.create", value.Trusted(config))
		if got.Text() != config || translated.problems != nil {
			t.Errorf("%s became %s %v", config, got, translated.problems)
		}
	}
}

func TestConditionsOfNocoBasesLoopBecomeRules(t *testing.T) {
	for config, want := range map[string]string{
		`{"condition":false}`: `{}`,
		`{"condition":{}}`:    `{}`,
		`{"condition":{"calculation":{"group":{"type":"or","calculations":[{"calculator":"empty","operands":["{{$scopes.l.item}}"]},{"group":{"type":"and","calculations":[{"calculator":"gt","operands":[2,1]}]}}]}}}}`: `{"while":{"or":[{"left":"{{$scopes.l.item}}","op":"empty"},{"and":[{"left":2,"op":"gt","right":1}]}]}}`,
	} {
		got, translated := translate("loop", value.Trusted(config))
		if got.Text() != want || translated.problems != nil {
			t.Errorf("%s became %s %v", config, got, translated.problems)
		}
	}
	for _, config := range []string{
		`{"condition":{"checkpoint":1,"calculation":{"calculator":"equal","operands":[1,1]}}}`,
		`{"condition":{"continueOnFalse":true,"calculation":{"calculator":"equal","operands":[1,1]}}}`,
		`{"condition":{"engine":"math.js","expression":"1 < 2"}}`,
		`{"condition":{"calculation":{"group":{"type":"xor","calculations":[]}}}}`,
		`{"condition":{"calculation":{"group":{"type":"and","calculations":[]}}}}`,
		`{"condition":{"calculation":{"group":{"type":"and","calculations":[{"operands":1}]}}}}`,
	} {
		if _, translated := translate("loop", value.Trusted(config)); len(translated.problems) != 1 {
			t.Errorf("%s: %v", config, translated.problems)
		}
	}
}

// FuzzTranslate checks that translating any config terminates, and that the result is JSON that is not translated
// again.
func FuzzTranslate(f *testing.F) {
	f.Add("loop", `{"target":[1],"exit":1,"condition":{"calculation":{"group":{"type":"and","calculations":[{"calculator":"equal","operands":[1,2]}]}}}}`)
	f.Add("record.find", `{"collection":"main:a","params":{"sort":[{"field":"a","direction":"desc"}],"filterByTk":1}}`)
	f.Add("record.update", `{"params":{"values":{},"values":1,"x":{}}}`)
	f.Fuzz(func(t *testing.T, kind, text string) {
		config, err := value.Parse(text, value.Limits{})
		if err != nil {
			return
		}
		once, translated := translate(kind, config)
		if _, err := value.Parse(once.Text(), value.Limits{}); err != nil {
			t.Fatalf("%s became %s: %v", text, once, err)
		}
		for _, p := range translated.problems {
			if p.Message == "" {
				t.Fatalf("a problem at %q without words", p.Path)
			}
		}
	})
}
