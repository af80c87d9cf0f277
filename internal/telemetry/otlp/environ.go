package otlp

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// tracesPath is where a collector takes traces (OTLP/HTTP).
const tracesPath = "/v1/traces"

// defaultService is service.name unless OTEL_SERVICE_NAME or OTEL_RESOURCE_ATTRIBUTES sets it.
const defaultService = "hookline"

// TargetOf returns where traces go: to endpoint, a base URL, or if it is "" to what OpenTelemetry's variables in a process
// environment ("NAME=value") name. Its URL is "" if tracing is off. unused is the name of a variable that asks for a
// protocol other than HTTP with JSON, or "".
func TargetOf(endpoint string, environ []string) (t Target, unused string) {
	env := func(name string) string {
		for _, entry := range environ {
			if key, text, _ := strings.Cut(entry, "="); key == name {
				return strings.TrimSpace(text)
			}
		}
		return ""
	}
	const prefix = "OTEL_EXPORTER_OTLP_"
	switch base, whole := env(prefix+"ENDPOINT"), env(prefix+"TRACES_ENDPOINT"); {
	case endpoint != "":
		t.URL = withPath(endpoint)
	case strings.EqualFold(env("OTEL_SDK_DISABLED"), "true"), strings.EqualFold(env("OTEL_TRACES_EXPORTER"), "none"):
	case whole != "":
		t.URL = whole
	case base != "":
		t.URL = withPath(base)
	}
	if t.URL == "" {
		return Target{}, ""
	}
	t.Header = make(http.Header)
	for _, name := range []string{"HEADERS", "TRACES_HEADERS"} { // the second goes before the first
		for _, pair := range pairs(env(prefix + name)) {
			t.Header.Set(pair[0], pair[1])
		}
	}
	about := map[string]string{"service.name": defaultService}
	for _, pair := range pairs(env("OTEL_RESOURCE_ATTRIBUTES")) {
		about[pair[0]] = pair[1]
	}
	if name := env("OTEL_SERVICE_NAME"); name != "" {
		about["service.name"] = name
	}
	t.Service = about["service.name"]
	delete(about, "service.name")
	delete(about, "service.version")
	for _, name := range slices.Sorted(maps.Keys(about)) {
		t.Resource = append(t.Resource, [2]string{name, about[name]})
	}
	for _, name := range []string{prefix + "TRACES_PROTOCOL", prefix + "PROTOCOL"} {
		if text := env(name); text != "" {
			if text != "http/json" {
				unused = name
			}
			break
		}
	}
	return t, unused
}

// withPath returns the URL of the traces below a base URL.
func withPath(base string) string {
	base = strings.TrimRight(base, "/")
	if strings.HasSuffix(base, tracesPath) {
		return base
	}
	return base + tracesPath
}

// pairs reads a list "name=value,name=value" with percent-encoded values. What is not a pair is left out.
func pairs(text string) (out [][2]string) {
	for entry := range strings.SplitSeq(text, ",") {
		name, value, ok := strings.Cut(entry, "=")
		name = strings.TrimSpace(name)
		if plain, err := url.PathUnescape(strings.TrimSpace(value)); ok && err == nil && name != "" {
			out = append(out, [2]string{name, plain})
		}
	}
	return out
}
