package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode"

	"hookline.dev/hookline/internal/api"
)

// hostile moves the cursor, sets the title, and rings, in C0 and in C1.
const hostile = "a\x1b[2J\x1b]0;t\x07\r\x08\x7f\u009b31m\u0085b"

// fillHostile sets every text in a value to hostile, and makes every list have one entry.
func fillHostile(v reflect.Value, depth int) {
	if depth > 12 {
		return
	}
	switch v.Kind() {
	case reflect.String:
		if v.CanSet() {
			v.SetString(hostile)
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fillHostile(v.Elem(), depth+1)
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return
		}
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fillHostile(v.Index(0), depth+1)
	case reflect.Map:
		if v.Type().Key().Kind() == reflect.String {
			v.Set(reflect.MakeMap(v.Type()))
			value := reflect.New(v.Type().Elem()).Elem()
			fillHostile(value, depth+1)
			v.SetMapIndex(reflect.ValueOf(hostile).Convert(v.Type().Key()), value)
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			return
		}
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				fillHostile(v.Field(i), depth+1)
			}
		}
	}
}

// answers returns a response of each resource whose texts are hostile.
func answers(t *testing.T) http.Handler {
	t.Helper()
	mux := http.NewServeMux()
	serve := func(pattern string, v any) {
		fillHostile(reflect.ValueOf(v).Elem(), 0)
		text, err := json.Marshal(v)
		if err != nil {
			t.Fatal(pattern, err)
		}
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Query().Has("cursor") { // a list that is read to its end has one page
				_, _ = io.WriteString(w, `{"items":[]}`)
				return
			}
			_, _ = w.Write(text)
		})
	}
	serve("/api/workflows", &api.Page[api.Workflow]{})
	serve("/api/workflows/{key}", &api.Workflow{})
	serve("/api/executions", &api.Page[api.Execution]{})
	serve("/api/deliveries", &api.Page[api.Delivery]{})
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/problem+json")
		w.WriteHeader(http.StatusConflict)
		text, _ := json.Marshal(map[string]any{"title": hostile, "detail": hostile, "status": 409})
		_, _ = w.Write(text)
	})
	return mux
}

// TestNoOutputControlsTheTerminal runs commands against a server whose every text is hostile.
func TestNoOutputControlsTheTerminal(t *testing.T) {
	server := httptest.NewServer(answers(t))
	defer server.Close()
	for _, args := range [][]string{
		{"workflows", "ls"}, {"workflows", "ls", "--json"}, {"workflows", "show", "x"}, {"workflows", "show", "x", "--json"},
		{"executions", "ls"}, {"executions", "ls", "--json"}, {"deliveries", "ls"}, {"deliveries", "ls", "--json"},
		{"workflows", "disable", "x"}, {"executions", "show", "exe_0000000000001"}, {"deliveries", "explain", "dlv_0000000000001"},
		{"records", "ls", "x"}, {"collections", "ls"}, {"reload"}, {"nosuch" + hostile}, {"workflows", "show", "x", "--nosuch" + hostile},
	} {
		t.Run(fmt.Sprintf("%.40q", args), func(t *testing.T) {
			var out, errs bytes.Buffer
			args := append(args, "--url", server.URL, "--token", strings.Repeat("t", 40))
			Main(args, nil, strings.NewReader(""), &out, &errs)
			text := out.String() + errs.String()
			if text == "" {
				t.Fatal("nothing is printed")
			}
			for _, r := range text {
				if unicode.IsControl(r) && r != '\n' && r != '\t' {
					t.Fatalf("prints %q", text)
				}
			}
			if args[len(args)-5] == "--json" && !json.Valid(out.Bytes()) {
				t.Errorf("not JSON: %q", out.String())
			}
		})
	}
}
