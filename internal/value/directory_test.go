package value_test

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"hookline.dev/hookline/internal/value"
)

// The result of Get must not depend on whether Parse built a directory. Trusted builds none.
func sameByWalking(t interface{ Fatalf(string, ...any) }, parsed, walked value.Value, depth int) {
	if parsed.Text() != walked.Text() || parsed.Kind() != walked.Kind() {
		t.Fatalf("%.80q is not %.80q", parsed, walked)
	}
	for name := range walked.Members() {
		sameByWalking(t, parsed.Get(name), walked.Get(name), depth+1)
		if v := parsed.Get(name + "?"); !v.IsMissing() {
			t.Fatalf("%q was found", name+"?")
		}
	}
}

func TestGetFindsTheSameWithAndWithoutDirectory(t *testing.T) {
	texts := payloads(t)
	long := strings.Repeat("x", 1100)
	texts["duplicates"] = `{"a":1,"b":{"c":1,"c":"` + long + `"},"\u0061":{"d":2},"e":[{"f":"` + long + `"}]}`
	texts["many"] = `{"k":{` + manyMembers(500) + `},"l":{"m":"` + long + `"}}`
	texts["more"] = `{` + manyMembers(158) + `,"k":{` + manyMembers(5) + `,"x":"` + long + `"},"l":1}`
	texts["deep"] = strings.Repeat(`{"a":`, 10) + `"` + long + `"` + strings.Repeat("}", 10)
	texts["empty"] = `{"":{},"a":{},"b":[],"c":"` + long + `"}`
	for _, text := range texts {
		sameByWalking(t, mustParse(t, text), value.Trusted(text), 0)
	}
}

func manyMembers(n int) string {
	parts := make([]string, n)
	for i := range parts {
		parts[i] = fmt.Sprintf(`"m%d":%d`, i, i)
	}
	return strings.Join(parts, ",")
}

func TestDirectoriesAgreeWithWalkingOnAnyTree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := anyValue(4).Draw(t, "v")
		text := " " + v.Text() + "\n"
		parsed, err := value.Parse(text, value.Limits{})
		if err != nil {
			t.Fatalf("%v", err)
		}
		sameByWalking(t, parsed, value.Trusted(text), 0)
	})
}

func anyValue(depth int) *rapid.Generator[value.Value] {
	scalar := rapid.Custom(func(t *rapid.T) value.Value {
		return value.String(strings.Repeat("s", rapid.IntRange(0, 900).Draw(t, "n")))
	})
	if depth == 0 {
		return scalar
	}
	object := rapid.Custom(func(t *rapid.T) value.Value {
		var b value.ObjectBuilder
		for range rapid.IntRange(0, 6).Draw(t, "members") {
			b.Set(rapid.SampledFrom([]string{"a", "b", "", "k\"", "c", "d"}).Draw(t, "name"), anyValue(depth-1).Draw(t, "member"))
		}
		return b.Value()
	})
	array := rapid.Custom(func(t *rapid.T) value.Value {
		var b value.ArrayBuilder
		for range rapid.IntRange(0, 3).Draw(t, "elements") {
			b.Add(anyValue(depth-1).Draw(t, "element"))
		}
		return b.Value()
	})
	return rapid.OneOf(scalar, object, object, array)
}
