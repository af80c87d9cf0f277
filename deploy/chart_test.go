package deploy

import (
	"bytes"
	"errors"
	"maps"
	"path/filepath"
	"strconv"
	"testing"
	"text/template"
)

// render renders the templates of the chart as Helm does, with the functions that they use. values override those of
// values.yaml, one level deep.
func render(t *testing.T, values map[string]any) map[string]string {
	t.Helper()
	rendered, err := tryRender(t, values)
	if err != nil {
		t.Fatal(err)
	}
	return rendered
}

// tryRender is render for values that a template may refuse.
func tryRender(t *testing.T, values map[string]any) (map[string]string, error) {
	t.Helper()
	const dir = "helm/hookline"
	meta := yamlDocuments(t, "Chart.yaml", read(t, filepath.Join(dir, "Chart.yaml")))[0]
	all := yamlDocuments(t, "values.yaml", read(t, filepath.Join(dir, "values.yaml")))[0]
	for name := range values {
		if _, ok := all[name]; !ok {
			t.Errorf("values.yaml does not have %s", name)
		}
	}
	maps.Copy(all, values)
	data := map[string]any{
		"Values":  all,
		"Release": map[string]any{"Name": "test"},
		"Chart":   map[string]any{"Name": meta["name"], "AppVersion": meta["appVersion"]},
	}
	functions := template.FuncMap{
		"quote":   func(v any) string { return strconv.Quote(toText(v)) },
		"toYaml":  toYAML,
		"nindent": indent,
		"required": func(message string, v any) (any, error) {
			if v == nil || v == "" {
				return nil, errors.New(message)
			}
			return v, nil
		},
		"default": func(standard, v any) any {
			if v == nil || v == "" {
				return standard
			}
			return v
		},
	}
	files, err := filepath.Glob(filepath.Join(dir, "templates", "*.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	rendered := make(map[string]string)
	for _, file := range files {
		tmpl, err := template.New(file).Funcs(functions).Option("missingkey=error").Parse(read(t, file))
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := tmpl.Execute(&b, data); err != nil {
			return nil, err
		}
		rendered[file] = b.String()
	}
	return rendered, nil
}

// toText returns a value of a YAML file as text.
func toText(v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	text, _ := toYAML(v) // it was read from YAML
	return text
}
