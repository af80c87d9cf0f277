package otlp

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTheTargetIsTheFlagOrTheStandardVariables(t *testing.T) {
	const base, traces = "OTEL_EXPORTER_OTLP_ENDPOINT=http://c:4318/", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=http://t/take"
	for name, c := range map[string]struct {
		flag    string
		environ []string
		url     string
		unused  string
	}{
		"nothing":             {"", []string{"OTEL_SERVICE_NAME=x"}, "", ""},
		"the flag":            {"http://f:4318", []string{base, traces}, "http://f:4318/v1/traces", ""},
		"the flag, in whole":  {"http://f/v1/traces", nil, "http://f/v1/traces", ""},
		"the base":            {"", []string{base}, "http://c:4318/v1/traces", ""},
		"as it is":            {"", []string{base, traces}, "http://t/take", ""},
		"disabled":            {"", []string{base, "OTEL_SDK_DISABLED=true"}, "", ""},
		"no traces":           {"", []string{base, "OTEL_TRACES_EXPORTER=none"}, "", ""},
		"the flag goes first": {"http://f", []string{"OTEL_SDK_DISABLED=true"}, "http://f/v1/traces", ""},
		"gRPC":                {"", []string{base, "OTEL_EXPORTER_OTLP_PROTOCOL=grpc"}, "http://c:4318/v1/traces", "OTEL_EXPORTER_OTLP_PROTOCOL"},
		"JSON":                {"", []string{base, "OTEL_EXPORTER_OTLP_PROTOCOL=grpc", "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL=http/json"}, "http://c:4318/v1/traces", ""},
	} {
		got, unused := TargetOf(c.flag, c.environ)
		if got.URL != c.url || unused != c.unused {
			t.Errorf("%s: %q, unused %q", name, got.URL, unused)
		}
	}
	got, _ := TargetOf("http://f", []string{
		"OTEL_EXPORTER_OTLP_HEADERS=api-key=a%20b%3D, x-team = one,broken", "OTEL_EXPORTER_OTLP_TRACES_HEADERS=X-Team=two",
		"OTEL_RESOURCE_ATTRIBUTES=service.name=hooks,region=eu,zone=1", "OTEL_SERVICE_NAME=payments",
	})
	want := Target{
		URL: "http://f/v1/traces", Header: map[string][]string{"Api-Key": {"a b="}, "X-Team": {"two"}},
		Service: "payments", Resource: [][2]string{{"region", "eu"}, {"zone", "1"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
