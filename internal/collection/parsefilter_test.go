package collection_test

import (
	"strconv"
	"strings"
	"testing"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/value"
)

// written returns a filter on one line: status $eq "open" & (…).
func written(f *collection.Filter) string {
	if f == nil {
		return "everything"
	}
	switch f.Op {
	case collection.And, collection.Or:
		parts := make([]string, len(f.Parts))
		for i := range f.Parts {
			parts[i] = written(&f.Parts[i])
		}
		return "(" + strings.Join(parts, map[collection.FilterOp]string{collection.And: " & ", collection.Or: " | "}[f.Op]) + ")"
	case collection.Not:
		return "!" + written(&f.Parts[0])
	default:
		return f.Field + " " + string(f.Op) + " " + f.Value.Text()
	}
}

func TestFiltersAreRead(t *testing.T) {
	for given, want := range map[string]string{
		`{"$and":[{"status":{"$eq":"open"}}]}`:                    `status $eq "open"`,
		`{"status":"open"}`:                                       `status $eq "open"`,
		`{"status":null}`:                                         `status $eq null`,
		`{"tags":["a","b"]}`:                                      `tags $eq ["a","b"]`,
		`{"age":{"$gte":18,"$lt":65}}`:                            `(age $gte 18 & age $lt 65)`,
		`{"status":"open","age":{"$gt":1}}`:                       `(status $eq "open" & age $gt 1)`,
		`{"$or":[{"a":1},{"b":2,"c":3}]}`:                         `(a $eq 1 | (b $eq 2 & c $eq 3))`,
		`{"$or":[{"a":1}]}`:                                       `(a $eq 1)`,
		`{"a":1,"$or":[{"b":2},{"c":3}]}`:                         `(a $eq 1 & (b $eq 2 | c $eq 3))`,
		`{"$not":{"a":1,"b":2}}`:                                  `!(a $eq 1 & b $eq 2)`,
		`{"a":{"$not":{"$gt":5}}}`:                                `!a $gt 5`,
		`{"a":{"$or":[{"$lt":1},{"$gt":5}]}}`:                     `(a $lt 1 | a $gt 5)`,
		`{"a":{"$or":[1,2]}}`:                                     `(a $eq 1 | a $eq 2)`,
		`{"customer.city":"Bonn"}`:                                `customer.city $eq "Bonn"`,
		`{"customer":{"city":"Bonn","zip":{"$startsWith":"53"}}}`: `(customer.city $eq "Bonn" & customer.zip $startsWith "53")`,
		`{"customer":{"$notNull":true,"city":"Bonn"}}`:            `(customer $notNull true & customer.city $eq "Bonn")`,
		`{"a":{"$in":"{{$context.data.ids}}"}}`:                   `a $in "{{$context.data.ids}}"`,
		`{"$and":[{"$and":[{"$and":[{"a":1}]}]}]}`:                `a $eq 1`,
		`{"$and":[{},{"a":1}]}`:                                   `a $eq 1`,
		``:                                                        "everything",
		`null`:                                                    "everything",
		`{}`:                                                      "everything",
		`{"$and":[]}`:                                             "everything",
		`{"$and":[{},{"$and":[]}]}`:                               "everything",
		`{"a":{"$between":[1,2]},"b":{"$empty":true,"$ne":"{}"}}`: `(a $between [1,2] & b $empty true & b $ne "{}")`,
	} {
		f, problems := collection.ParseFilter(value.Trusted(given))
		if len(problems) > 0 || written(f) != want {
			t.Errorf("%s is read as %s %v, want %s", given, written(f), problems, want)
		}
	}
}

func TestFiltersOfTheWrongFormAreExplained(t *testing.T) {
	for given, want := range map[string]string{ // path: a part of the message
		`[]`:                              ": a filter is an object",
		`"status = 1"`:                    ": a filter is an object",
		`{"a":{"$eqq":1}}`:                "a.$eqq: did you mean $eq?",
		`{"a":{"$EQ":1}}`:                 "a.$EQ: did you mean $eq?",
		`{"a":{"$zzzzzz":1}}`:             "a.$zzzzzz: use one of $and, $or",
		`{"a":{"$isTruly":true}}`:         `a.$isTruly: {"$eq": true}`,
		`{"a":{"$isFalsy":true}}`:         `a.$isFalsy: {"$ne": true}`,
		`{"a":{"$dateOn":"x"}}`:           "a.$dateOn: $between",
		`{"a":{"$endWith":"x"}}`:          "a.$endWith: write $endsWith",
		`{"a":{"$anyOf":["x"]}}`:          "a.$anyOf: $includes",
		`{"a":{"$like":"x%"}}`:            "a.$like: $startsWith",
		`{"a":{}}`:                        "a: no operator",
		`{"$eq":1}`:                       "$eq: below a field",
		`{"$where":"1=1"}`:                "$where: unknown operator",
		`{"$and":{"a":1}}`:                "$and: an array",
		`{"$or":[]}`:                      "$or: is empty",
		`{"$or":[{},{"a":1}]}`:            "$or[0]: is empty",
		`{"$or":[{"a":1},1]}`:             "$or[1]: a filter is an object",
		`{"$not":{}}`:                     "$not: is empty",
		`{"$not":[]}`:                     "$not: a filter is an object",
		`{"$and":[{"b":{"c":{"$x":1}}}]}`: "$and[0].b.c.$x: unknown operator",
		strings.Repeat(`{"$and":[`, 20) + `{"a":1}` + strings.Repeat(`]}`, 20):            strings.TrimSuffix(strings.Repeat("$and[0].", 17), ".") + ": too deep",
		`{"a":{"$or":[` + strings.TrimSuffix(strings.Repeat(`1,`, 501), ",") + `]}}`:      "a.$or: at most 500",
		`{"x":1,"a":` + strings.Repeat(`{"b":`, 20) + `1` + strings.Repeat(`}`, 20) + `}`: "a" + strings.Repeat(".b", 16) + ": too deep",
	} {
		f, problems := collection.ParseFilter(value.Trusted(given))
		path, says, _ := strings.Cut(want, ": ")
		if want[0] == ':' {
			path, says = "", want[2:]
		}
		if f != nil || len(problems) != 1 || problems[0].Path != path || !strings.Contains(problems[0].Message, says) {
			t.Errorf("%.60s: filter %s, problems %+v, want %s", given, written(f), problems, want)
		}
	}
}

func TestEveryProblemOfAFilterIsReportedWithinBounds(t *testing.T) {
	_, problems := collection.ParseFilter(value.Trusted(`{"a":{"$eqq":1},"b":{"$nee":1},"$orr":[]}`))
	if len(problems) != 3 {
		t.Errorf("problems are %+v", problems)
	}
	many := make([]string, 400)
	for i := range many {
		many[i] = `"f` + strconv.Itoa(i) + `":{"$x":1}`
	}
	_, problems = collection.ParseFilter(value.Trusted(`{` + strings.Join(many, ",") + `}`))
	if len(problems) != 50 {
		t.Errorf("%d problems", len(problems))
	}
}

func FuzzParseFilter(f *testing.F) {
	for _, seed := range []string{
		`{"$and":[{"s":{"$eq":"open"}}]}`, `{"s":"x","i":{"$gte":1,"$lt":2}}`, `{"$or":[{"b":true},{"$not":{"d":{"$lt":"2026-01-01"}}}]}`,
		`{"i":{"$in":[1,null,"2"]}}`, `{"owner.s":{"$includes":["a","b"]}}`, `{"owner":{"i":{"$between":[1,2]}}}`, `{"m":{"$includes":"red","$empty":false}}`,
	} {
		f.Add(seed)
	}
	c, others := everything(), family()
	f.Fuzz(func(t *testing.T, text string) {
		v, err := value.Parse(text, value.Limits{})
		if err != nil {
			return
		}
		filter, problems := collection.ParseFilter(v)
		if len(problems) > 0 {
			for _, p := range problems {
				if p.Message == "" {
					t.Fatal("a problem without words")
				}
			}
			return
		}
		bound, broken := c.CheckFilter(filter, others)
		if broken != nil {
			if broken.Code == "" || broken.Message == "" {
				t.Fatalf("violation without words: %+v", broken)
			}
			return
		}
		if (filter == nil) != (bound == nil) {
			t.Fatalf("%s became %v", written(filter), bound)
		}
		sound(t, bound)
	})
}
