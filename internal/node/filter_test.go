package node

import (
	"testing"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/value"
)

func TestEmptyListsThatLeaveNothingOutAreSeen(t *testing.T) {
	for text, all := range map[string]bool{
		`{"a":{"$notIn":[]}}`:                                     true,
		`{"a":{"$notIn":[ ]},"b":{"$notIn":[]}}`:                  true,
		`{"a":{"$notIn":[]},"b":1}`:                               false,
		`{"$or":[{"a":{"$notIn":[]}},{"b":1}]}`:                   true,
		`{"$or":[{"a":{"$in":[]}},{"b":1}]}`:                      false,
		`{"a":{"$in":[]}}`:                                        false,
		`{"$not":{"a":{"$in":[]}}}`:                               true,
		`{"$not":{"a":{"$notIn":[]}}}`:                            false,
		`{"$not":{"$or":[{"a":{"$in":[]}},{"b":{"$in":[]}}]}}`:    true,
		`{"$not":{"$or":[{"a":{"$in":[]}},{"b":1}]}}`:             false,
		`{"$not":{"$and":[{"a":{"$in":[]}},{"b":1}]}}`:            true,
		`{"$not":{"$not":{"a":{"$notIn":[]}}}}`:                   true,
		`{"a":{"$in":[1]},"$or":[{"b":{"$between":[]}},{"c":2}]}`: false,
	} {
		f, problems := collection.ParseFilter(value.Trusted(text))
		if problems != nil {
			t.Fatal(problems)
		}
		if selects(f, false) != all {
			t.Errorf("%s: selects every record: %v", text, !all)
		}
	}
}
