package api

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"

	"hookline.dev/hookline/internal/account"
)

// TestNoParameterIsIgnored walks the inputs of all operations. huma skips what is not exported without a word: also a
// whole embedded struct, with its parameters.
func TestNoParameterIsIgnored(t *testing.T) {
	r, _ := build((&fixture{}).deps())
	if len(r.inputs) < 80 {
		t.Errorf("only %d operations state their input", len(r.inputs))
	}
	for id, in := range r.inputs {
		if name := ignored(in); name != "" {
			t.Errorf("%s: huma ignores %s, because it is not exported", id, name)
		}
	}
	type hidden struct {
		Limit int `query:"limit"`
	}
	for _, wrong := range []any{struct{ hidden }{}, struct {
		limit int `query:"limit"`
	}{}} {
		if ignored(reflect.TypeOf(wrong)) == "" {
			t.Errorf("%T is not found", wrong)
		}
	}
}

// ignored returns a field that has parameters and is not exported; "" if there is none.
func ignored(t reflect.Type) string {
	for f := range t.Fields() {
		below := ""
		if f.Type.Kind() == reflect.Struct && f.Anonymous {
			below = ignored(f.Type)
			if !f.IsExported() && hasParameters(f.Type) {
				return f.Name
			}
		}
		if below != "" || !f.IsExported() && isParameter(f) {
			return f.Name
		}
	}
	return ""
}

func hasParameters(t reflect.Type) bool {
	for f := range t.Fields() {
		if isParameter(f) || f.Type.Kind() == reflect.Struct && f.Anonymous && hasParameters(f.Type) {
			return true
		}
	}
	return false
}

func isParameter(f reflect.StructField) bool {
	return f.Name == "Body" || slices.ContainsFunc([]string{"path", "query", "header", "cookie"}, func(in string) bool { return f.Tag.Get(in) != "" })
}

// TestEveryEditHasAPrecondition walks the route table: two people who edit the same thing must be able to notice.
func TestEveryEditHasAPrecondition(t *testing.T) {
	reasons := map[string]string{
		"change-password": "it asks for the old password, and nobody else may change it",
	}
	r, _ := build((&fixture{}).deps())
	for path, item := range r.api.OpenAPI().Paths {
		for method, op := range operationsOf(item) {
			if method != http.MethodPut && method != http.MethodPatch {
				continue
			}
			has := false
			for _, p := range op.Parameters {
				has = has || p.In == "header" && p.Name == "If-Match"
			}
			if excused := reasons[op.OperationID] != ""; has == excused {
				t.Errorf("%s %s takes If-Match: %v, is on the list: %v", method, path, has, excused)
			}
		}
	}
}

func TestAUserIsChangedOnlyAsTheyWereRead(t *testing.T) {
	handler := as(account.Principal{Kind: account.ByToken, Role: account.Admin}, (&fixture{}).deps())
	ask := func(method, path, match, body string) *httptest.ResponseRecorder {
		req := httptest.NewRequest(method, path, strings.NewReader(body))
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("If-Match", match)
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, req)
		return w
	}
	list := ask("GET", "/api/users", "", "").Body.String()
	_, rest, _ := strings.Cut(list, `"id":"`)
	id, _, _ := strings.Cut(rest, `"`)
	tag := ask("GET", "/api/users/"+id, "", "").Header().Get("ETag")
	for _, c := range []struct {
		match  string
		status int
	}{{tag, 200}, {"", 200}, {`"2020-01-01T00:00:00Z"`, 412}, {`"x", ` + tag, 200}} {
		if w := ask("PATCH", "/api/users/"+id, c.match, `{"name":"Ann"}`); w.Code != c.status || w.Code == 200 && w.Header().Get("ETag") == "" {
			t.Errorf("If-Match %s: %d %s", c.match, w.Code, w.Body)
		}
	}
}

// TestTimesThatCannotBeWrittenAreRefused sends times past the year 9999 in UTC to every parameter that takes a time.
func TestTimesThatCannotBeWrittenAreRefused(t *testing.T) {
	r, mux := build((&fixture{}).deps())
	known := map[string]bool{}
	for path, item := range r.api.OpenAPI().Paths {
		for method, op := range operationsOf(item) {
			for _, p := range op.Parameters {
				if p.In != "query" || p.Schema.Format != "date-time" {
					continue
				}
				known[p.Name] = true
				path := strings.NewReplacer("{key}", "github-push", "{name}", "pushes", "{id}", "1").Replace(path)
				for _, at := range []string{"9999-12-31T23:59:59-12:00", "0000-01-01T00:00:00Z"} {
					req := httptest.NewRequest(method, path+"?"+url.Values{p.Name: {at}}.Encode(), http.NoBody)
					w := httptest.NewRecorder()
					mux.ServeHTTP(w, req.WithContext(withCaller(req.Context(), account.Principal{Kind: account.ByToken, Role: account.Admin})))
					if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "the year must be from 1 to 9999") {
						t.Errorf("%s %s?%s=%s: %d %s", method, path, p.Name, at, w.Code, w.Body)
					}
				}
			}
		}
	}
	if len(known) < 4 {
		t.Errorf("only %v take times", known)
	}
}
