package preset_test

import (
	"slices"
	"strings"
	"testing"

	"hookline.dev/hookline/internal/verify"
	"hookline.dev/hookline/internal/verify/verifytest"
)

func TestTokenRefusesChangedCalls(t *testing.T) {
	keys := map[string]string{"header": "authorization", "prefix": "Bearer "}
	v, good := verifytest.Signed(t, find(t, "generic-token"), verify.Config{Secrets: []string{"tok-1"}, Keys: keys}, "", nil)
	const header = "Authorization"
	verifytest.Reject(t, v, good, []verifytest.Change{
		verifytest.When("another token", verifytest.Set(header, "Bearer tok-2"), verify.Mismatch),
		verifytest.When("the beginning of it", verifytest.Set(header, "Bearer tok"), verify.Mismatch),
		verifytest.When("more than it", verifytest.Set(header, "Bearer tok-11"), verify.Mismatch),
		verifytest.When("nothing", verifytest.Set(header, "Bearer "), verify.Mismatch),
		verifytest.When("without the prefix", verifytest.Set(header, "tok-1"), verify.Malformed),
		verifytest.When("two lines", verifytest.Set(header, "Bearer tok-1", "Bearer tok-1"), verify.Malformed),
		verifytest.When("no header", verifytest.Set(header), verify.Missing),
		verifytest.When("a very long one", verifytest.Set(header, "Bearer "+strings.Repeat("t", 9000)), verify.Malformed),
		verifytest.When("another body", verifytest.Body("anything"), verify.OK),
	})
	if headers, query := v.(verify.TokenCarrier).TokenPlaces(); !slices.Equal(headers, []string{header}) || query != nil {
		t.Errorf("the token is in %v, %v", headers, query)
	}
}

func TestGenericTokenInTheQuery(t *testing.T) {
	v, problems := find(t, "generic-token").Compile(verify.Config{Secrets: []string{"a+b c"}, Keys: map[string]string{"query": "token"}})
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	for query, want := range map[string]verify.Reason{
		"token=a%2Bb+c": verify.OK, "x=1&token=a%2Bb%20c&y=2": verify.OK, "tok%65n=a%2Bb+c": verify.OK,
		"token=a+b+c": verify.Mismatch, "": verify.Missing, "token=": verify.Missing, "Token=a%2Bb+c": verify.Missing,
		"token=a%2Bb+c&token=a%2Bb+c": verify.Malformed, "token=%zz": verify.Missing,
	} {
		if got := v.Verify(t.Context(), verify.Call{Query: query}); got.Reason != want {
			t.Errorf("%s: got %+v, want %q", query, got, want)
		}
	}
	if headers, query := v.(verify.TokenCarrier).TokenPlaces(); headers != nil || !slices.Equal(query, []string{"token"}) {
		t.Errorf("the token is in %v, %v", headers, query)
	}
}

func TestGenericTokenNamesOnePlace(t *testing.T) {
	for path, keys := range map[string]map[string]string{
		"keys.header": {},
		"keys.query":  {"header": "X-Token", "query": "token"},
	} {
		v, problems := find(t, "generic-token").Compile(verify.Config{Secrets: []string{"s"}, Keys: keys})
		if len(problems) != 1 || problems[0].Path != path {
			t.Errorf("got %v, want one at %s", problems, path)
		}
		if v.Verify(t.Context(), verify.Call{}).OK() {
			t.Errorf("%v: it accepts", keys)
		}
	}
}
