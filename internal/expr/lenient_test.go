package expr_test

import (
	"testing"

	"hookline.dev/hookline/internal/expr"
)

// TestLenientComparisonsDoWhatRulesDo evaluates expressions as filters do.
func TestLenientComparisonsDoWhatRulesDo(t *testing.T) {
	s := scopeOf(t, `{"context":{"data":{
		"s":"main", "n":5, "num":"10", "pad":" 10 ", "zero":"007", "f":1.50, "null":null, "t":true, "o":{"a":1}, "list":["a",3,"4"],
		"big":9007199254740993, "bignum":"9007199254740993"}}}`)
	for source, want := range map[string]bool{
		`$context.data.gone > 1`:                           false,
		`$context.data.gone < 1`:                           false,
		`$context.data.null >= 0`:                          false,
		`1 > $context.data.gone`:                           false,
		`$context.data.gone == 0`:                          false,
		`$context.data.gone == ""`:                         false,
		`$context.data.gone == nil`:                        true,
		`$context.data.gone != 1`:                          true,
		`not ($context.data.gone > 1)`:                     true,
		`$context.data.num == 10`:                          true,
		`10.0 == $context.data.num`:                        true,
		`$context.data.pad == 10`:                          true,
		`$context.data.num != 10`:                          false,
		`$context.data.zero == 7`:                          false,
		`$context.data.num == "10.0"`:                      false,
		`$context.data.num > 9`:                            true,
		`$context.data.num > "9"`:                          true,
		`9 < $context.data.num`:                            true,
		`$context.data.n < "5.1"`:                          true,
		`$context.data.bignum == 9007199254740993`:         true,
		`$context.data.bignum == 9007199254740992`:         false,
		`$context.data.bignum > $context.data.big`:         false,
		`$context.data.s > 1`:                              false,
		`$context.data.s < 1`:                              false,
		`$context.data.s > "ma"`:                           true,
		`$context.data.t > false`:                          false,
		`$context.data.t == "true"`:                        false,
		`$context.data.o > 1`:                              false,
		`$context.data.o == 1`:                             false,
		`$context.data.n in ["5"]`:                         true,
		`"3" in $context.data.list`:                        true,
		`4 in $context.data.list`:                          true,
		`"x" in $context.data.gone`:                        false,
		`"a" in $context.data.o`:                           true,
		`$context.data.f endsWith "50"`:                    true,
		`$context.data.num contains 1`:                     true,
		`$context.data.n startsWith "5"`:                   true,
		`$context.data.gone startsWith ""`:                 false,
		`$context.data.o contains "a"`:                     false,
		`$context.data.n matches "^5$"`:                    true,
		`$context.data.o matches "."`:                      false,
		`any($context.data.list, # > "3")`:                 true,
		`"2" > 1`:                                          true,
		`$context.data.s > 1 or $context.data.s == "main"`: true,
	} {
		c, err := expr.CompileExpression(source, expr.Options{Lenient: true})
		if err != nil {
			t.Errorf("%s: %v", source, err)
			continue
		}
		if got, err := c.EvalBool(s); err != nil || got != want {
			t.Errorf("%s = %v, %v", source, got, err)
		}
	}
	for _, source := range []string{`$context.data.gone + 1 > 0`, `$context.data.n`, `int($context.data.s) > 1`, `upper($context.data.n) == "5"`} {
		c, err := expr.CompileExpression(source, expr.Options{Lenient: true})
		if err != nil {
			t.Fatal(err)
		}
		if got, err := c.EvalBool(s); err == nil || got {
			t.Errorf("%s = %v, want an error", source, got)
		}
	}
}
