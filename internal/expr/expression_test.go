package expr_test

import (
	"strings"
	"testing"
	_ "time/tzdata" // time zones do not depend on the machine

	"github.com/expr-lang/expr/builtin"

	"hookline.dev/hookline/internal/expr"
	"hookline.dev/hookline/internal/value"
)

func calculate(t testing.TB, source string, s scope) (string, error) {
	t.Helper()
	c, err := expr.CompileExpression(source, expr.Options{Secrets: true})
	if err != nil {
		return "", err
	}
	v, err := c.Eval(s)
	return v.Text(), err
}

func TestExpressions(t *testing.T) {
	s := scopeOf(t, sample)
	for source, want := range map[string]string{
		// The cases of the issue.
		`$context.headers.x-github-event == "push"`: `true`,
		`$nodes.is_main`:                           `true`,
		`$nodes.is_main ? "yes" : "no"`:            `"yes"`,
		`9007199254740993 == 9007199254740993`:     `true`,
		`9007199254740993 == 9007199254740992`:     `false`,
		`$context.data.big == 9007199254740993`:    `true`,
		`$context.data.big == 9007199254740992`:    `false`,
		`$context.data.big == 9007199254740992.0`:  `false`,
		`9007199254740993 == 9007199254740992.0`:   `false`,
		`$context.data.huge > 9223372036854775807`: `true`,
		`$context.data.huge == $context.data.huge`: `true`,
		`$context.data.long == 0.123456789012345`:  `false`,
		`$context.data["with blank"] == "blank"`:   `true`,
		`$context.data.한글.이름 + "!"`:                `"김!"`,
		`$context.data.@attr`:                      `"attr"`,
		`"$context.data.ref" // $not a path`:       `"$context.data.ref"`,
		"`$context` + /* $foo */ '$nodes'":         `"$context$nodes"`,
		// Untouched values keep their text.
		`$context.data.exact`:                             `1.0`,
		`($context.data.exact)`:                           `1.0`,
		`$context.data.ok ? $context.data.order : nil`:    `{ "z": 1,  "a": [1.0, 2] }`,
		`filter($context.data.items, .id == 2.5)`:         `[{"id": 2.50, "tags": []}]`,
		`[$context.data.exact, {a: $context.data.order}]`: `[1.0,{"a":{ "z": 1,  "a": [1.0, 2] }}]`,
		`$context.data.long`:                              `0.1234567890123456789`,
		`max($context.data.price, 3)`:                     `19.90`,
		// Numbers.
		`0.1 + 0.2 == 0.3`:                    `true`,
		`0.1 + 0.2`:                           `0.3`,
		`19.99 * 100`:                         `1999`,
		`$context.data.price * 100 == 1990`:   `true`,
		`10 / 4`:                              `2.5`,
		`10 / 5`:                              `2`,
		`1 / 3`:                               `0.3333333333333333`,
		`7 % 3 + 2 ** 10`:                     `1025`,
		`2 ** -1`:                             `0.5`,
		`-$context.data.size`:                 `-3`,
		`9007199254740993 - 1`:                `9007199254740992`,
		`9007199254740992 + 0.0`:              `9007199254740992`,
		`9223372036854775807 / 1`:             `9223372036854775807`,
		`0x2A + 0b11 + 1_000`:                 `1045`,
		`1.0 == 1 and 1e3 == 1000`:            `true`,
		`$context.data.size in 1..5`:          `true`,
		`len(1..5)`:                           `5`,
		`round(2.5) + floor(-1.5) + ceil(.5)`: `2`,
		`int("42") + int(1.9) + float("0.5")`: `43.5`,
		`mean([1, 2]) + median([3, 1, 2])`:    `3.5`,
		`sum($context.data.items, .id ?? 0)`:  `3.5`,
		// Null.
		`$context.data.gone == nil`:        `true`,
		`$context.data.gone.deeper ?? "x"`: `"x"`,
		`$context.data.gone?.deeper`:       `null`,
		`$context.data.gone contains "x"`:  `false`,
		`$context.data.gone and true`:      `false`,
		`not $context.data.gone`:           `true`,
		`len($context.data.gone)`:          `0`,
		`any($context.data.gone, true)`:    `false`,
		`$context.data.items[7].x == nil`:  `true`,
		// Access.
		`$context.data.items[$context.data.size - 3].id`: `1`,
		`$context.headers["X-" + "GitHub-Event"]`:        `"push"`,
		`$context.data["re" + "f"]`:                      `"refs/heads/main"`,
		`$context.data.items[0:2][1].id`:                 `2.50`,
		`"héllo"[1:3]`:                                   `"él"`,
		`map($context.data.items, .id)`:                  `[1,2.50,null]`,
		`find($context.data.items, .id == 1).tags`:       `["x", "y"]`,
		`$context.data.items.id[1]`:                      `2.50`,
		`[{a: 1}, {a: 2}].a`:                             `[1,2]`,
		`{"x": 1}.x`:                                     `1`,
		`{($context.data.ref): 1}`:                       `{"refs/heads/main":1}`,
		`"a" in {"a": nil} and "ref" in $context.data`:   `true`,
		`"b" in $context.data.tags`:                      `true`,
		`"b" not in $context.data.tags`:                  `false`,
		// Predicates, variables, pipes.
		`let n = $context.data.size; n * n`:                                                  `9`,
		`filter(1..9, {# % 2 == 0}) | map(# * 10) | sum()`:                                   `200`,
		`reduce(1..4, #acc * #) + reduce([1,2], #acc + #index, 10)`:                          `35`,
		`any($context.data.items, {let i = #; any(i.tags, # == "y")})`:                       `true`,
		`map($context.data.items, len(.tags))`:                                               `[2,0,0]`,
		`groupBy(["a", "b", "a"], #)`:                                                        `{"a":["a","a"],"b":["b"]}`,
		`sortBy([{n: 2}, {n: 1}], .n)`:                                                       `[{"n":1},{"n":2}]`,
		`sort([3, 1, 2.5], "desc")`:                                                          `[3,2.5,1]`,
		`all([1, 2], # > 0) and none([1], # > 1) and one([1, 2], # == 2)`:                    `true`,
		`[findIndex([5, 6], # == 6), findLastIndex([6, 6], # == 6), findLast([1, 2], true)]`: `[1,1,2]`,
		`uniq([1, 1.0, "1", [1], [1]])`:                                                      `[1,"1",[1]]`,
		`flatten([1, [2, [3]]]) | concat([4]) | reverse() | take(2)`:                         `[4,3]`,
		`keys($context.data.order)`:                                                          `["z","a"]`,
		`values({b: 1, a: 2})`:                                                               `[1,2]`,
		`fromPairs(toPairs({b: 1, a: 2}))`:                                                   `{"b":1,"a":2}`,
		`if $context.data.ok { 1 } else { 2 }`:                                               `1`,
		`1 < 2 and 2 < $context.data.size`:                                                   `true`,
		`1 < 2 < 3`:                                                                          `true`,
		// Text.
		`$context.data.ref matches "^refs/heads/(main|release)$"`:                    `true`,
		`$context.data.ref startsWith "refs/" and $context.data.ref endsWith "main"`: `true`,
		`split("a,b,c", ",", 2)`:                         `["a","b,c"]`,
		`join(["a", 1, true], "-")`:                      `"a-1-true"`,
		`replace("aXbX", "X", "--") + trim("  y ")`:      `"a--b--y"`,
		`indexOf("한글 text", "text")`:                     `3`,
		`string(1.50) + string($context.data.price)`:     `"1.519.90"`,
		`type($context.data.price) + type(1) + type({})`: `"floatintmap"`,
		`repeat("ab", 2)`:                                `"abab"`,
		`len("한글")`:                                      `2`,
		// Codes.
		`base64Decode(toBase64("héllo"))`:                           `"héllo"`,
		`hexEncode("é") + hexDecode("41")`:                          `"c3a9A"`,
		`sha256("")`:                                                `"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"`,
		`hmacSha256("It's a Secret to Everybody", "Hello, World!")`: `"757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"`,
		`jsonParse('{"a": 1.0}')`:                                   `{"a": 1.0}`,
		`jsonParse('{"a": 1.0}').a + 1`:                             `2`,
		`jsonStringify($context.data.order)`:                        `"{ \"z\": 1,  \"a\": [1.0, 2] }"`,
		`toJSON({a: [1, nil]})`:                                     `"{\"a\":[1,null]}"`,
		`urlEncode("a b&c") + urlDecode("%41+b")`:                   `"a+b%26cA b"`,
		`urlParse("https://u@x.io:8443/p%20q?b=1&a=2&b=3#f")`:       `{"scheme":"https","user":"u","host":"x.io","port":"8443","path":"/p q","query":{"b":["1","3"],"a":"2"},"fragment":"f"}`,
		// Dates.
		`date($context.data.time).Year()`:                                            `2026`,
		`dateFormat(dateAdd("2026-01-31", 1, "month"), "YYYY-MM-DD")`:                `"2026-03-03"`,
		`dateAdd("2026-01-31T12:00:00Z", "1h30m")`:                                   `"2026-01-31T13:30:00Z"`,
		`dateDiff("2026-01-01", "2026-01-31", "days")`:                               `30`,
		`dateDiff("2026-01-31", "2026-03-30", "months")`:                             `1`,
		`dateFormat("2026-01-31T12:00:00Z", "YYYY/MM/DD HH:mm [Uhr]", "Asia/Seoul")`: `"2026/01/31 21:00 Uhr"`,
		`dateParse("31.01.2026", "DD.MM.YYYY")`:                                      `"2026-01-31T00:00:00Z"`,
		`dateParse(1795305600, "unix")`:                                              `"2026-11-22T00:00:00Z"`,
		`zone("2026-01-31T12:00:00Z", "Asia/Seoul")`:                                 `"2026-01-31T21:00:00+09:00"`,
		`date("2026-01-02") - date("2026-01-01") == duration("24h")`:                 `true`,
		`date("2026-01-02") + duration("1h")`:                                        `"2026-01-02T01:00:00Z"`,
		`date("2026-01-02") > date($context.data.gone ?? "2025-01-01")`:              `true`,
		`date("2023-08-14 00:00:00").In(timezone("Europe/Zurich"))`:                  `"2023-08-14T02:00:00+02:00"`,
		`duration("1h").Seconds()`:                                                   `3600`,
		`bitand(6, 3) + bitushr(-5, 2)`:                                              `4611686018427387904`,
	} {
		got, err := calculate(t, source, s)
		if err != nil || got != want {
			t.Errorf("%s = %s, %v; want %s", source, got, err, want)
		}
	}
}

func TestExpressionsThatFailSayWhereAndWhy(t *testing.T) {
	s := scopeOf(t, sample)
	for source, want := range map[string]string{
		`9223372036854775807 + 1`:                   `beyond the whole numbers that can be held exactly`,
		`$context.data.big * $context.data.big`:     `at character 19: the result is beyond the whole numbers`,
		`9223372036854775807 * 2`:                   `beyond the whole numbers`,
		`-9223372036854775807 - 2`:                  `beyond the whole numbers`,
		`2 ** 64`:                                   `beyond the whole numbers`,
		`18446744073709551615`:                      `integer literal`,
		`0.1234567890123456789 == 0.1`:              `too many digits`,
		`$context.data.huge + 1`:                    `too many digits to be calculated with exactly`,
		`$context.data.long * 2`:                    `too many digits`,
		`9007199254740993 + 0.5`:                    `too many digits to be held exactly`,
		`1 / 0`:                                     `division by zero`,
		`1 % 0`:                                     `division by zero`,
		`1.5 / 0`:                                   `division by zero`,
		`1.5 % 2`:                                   `whole numbers`,
		`10.5 ** 400`:                               `not a number`,
		`$context.data.gone > 1`:                    `null cannot be compared with a number; give a default`,
		`$context.data.gone + 1`:                    `null cannot be calculated with; give a default`,
		`$context.data.ref > 1`:                     `a string cannot be compared with a number`,
		`"a" + 1`:                                   `turn it into one with string()`,
		`1 + "a"`:                                   `turn it into one with string()`,
		`$context.data.size and true`:               `a condition must be true or false, but this is a number`,
		`filter($context.data.order, true)`:         `an array was expected, but this is an object`,
		`upper($context.data.gone)`:                 `upper takes a string, not null; give a default`,
		`$context.data.ref matches $context.data.n`: `must be written out`,
		`$context.data.ref matches "("`:             `regular expression`,
		`# > 1`:                                     `unexpected token`,
		`map([1], #foo)`:                            `unknown #foo`,
		`map([1], #acc)`:                            `unknown #acc`,
		`foo`:                                       `foo is not a variable`,
		`now()`:                                     `$system.now`,
		`len()`:                                     `len takes 1 argument, not 0`,
		`filter([1])`:                               `expected`,
		`b"bytes"`:                                  `not supported`,
		`{$context.data.ref: 1}`:                    `in parentheses`,
		`{a: 1}.$context.data.ref`:                  `in brackets`,
		`let $context.data.x = 1; 2`:                `cannot be called a variable`,
		`{{$context.data.ref}} == "x"`:              `without {{ }}`,
		`$context.data.a b`:                         `unexpected token`,
		`"unclosed`:                                 `not closed`,
		`timezone("Local")`:                         `unknown time zone`,
		`timezone("../../etc/passwd")`:              `unknown time zone`,
		`date(1)`:                                   `dateParse(x, "unix")`,
		`hexDecode("ff")`:                           `not UTF-8`,
		`fromBase64("!")`:                           `not valid base64`,
		`fromJSON("{")`:                             `not valid JSON at byte 1`,
		`dateAdd("2026-01-01", 99999999, "year")`:   `outside the years`,
		`$context.data.time.Year()`:                 `has no functions`,
		`"a".Foo()`:                                 `unknown method Foo()`,
		`sort([1, "a"])`:                            `cannot be compared`,
		`split("a", ",", 99999999999999999999)`:     `integer literal`,
		strings.Repeat("(", 5000) + "1":             `too complex|unexpected|unclosed`,
		strings.Repeat("-", 5000) + "1":             `too complex`,
		"1" + strings.Repeat(" + 1", 5000):          `at most 16 KiB`,
		"1" + strings.Repeat("+1", 5000):            `exceeds maximum`,
	} {
		_, err := calculate(t, source, s)
		if err == nil {
			t.Errorf("%.60s: no error; want %q", source, want)
			continue
		}
		found := false
		for alternative := range strings.SplitSeq(want, "|") {
			found = found || strings.Contains(err.Error(), alternative)
		}
		if !found {
			t.Errorf("%.60s: %v; want %q", source, err, want)
		}
	}
}

func TestChainedComparisonsDoNotExplode(t *testing.T) {
	source := "1"
	for range 100 {
		source = "0 < (" + source + ") < 3"
	}
	if _, err := calculate(t, source, scopeOf(t, sample)); err == nil {
		t.Error("an expression that doubles at every level was computed")
	}
}

func TestEveryFunctionOfExprLangIsThereButTheClock(t *testing.T) {
	for _, name := range builtin.Names {
		_, err := expr.CompileExpression(name+"()", expr.Options{})
		missing := err != nil && strings.Contains(err.Error(), "unknown function")
		if missing {
			t.Errorf("%s is missing", name)
		}
		if name == "now" && (err == nil || !strings.Contains(err.Error(), "$system.now")) {
			t.Errorf("now(): %v", err)
		}
	}
}

func TestConditionsAreBooleansOrNull(t *testing.T) {
	s := scopeOf(t, sample)
	for source, want := range map[string]string{
		`$context.data.ref == "refs/heads/main"`: "true", `$context.data.gone`: "false",
		`$context.data.size`: "must be true or false", `"true"`: "must be true or false",
	} {
		c, problems := expr.CompileWhen(value.String(source), expr.Options{})
		var got string
		if len(problems) > 0 {
			got = problems[0].Message
		} else if yes, err := c.EvalBool(s); err != nil {
			got = err.Error()
		} else {
			got = value.Bool(yes).Text()
		}
		if !strings.Contains(got, want) {
			t.Errorf("%s: %s; want %s", source, got, want)
		}
	}
}
