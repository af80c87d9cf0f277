package deploy

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"hookline.dev/hookline/internal/config"
)

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// yamlDocuments parses every document of a YAML text.
func yamlDocuments(t *testing.T, name, text string) (all []map[string]any) {
	t.Helper()
	in := yaml.NewDecoder(strings.NewReader(text))
	for {
		var doc map[string]any
		err := in.Decode(&doc)
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatalf("%s: %v\n%s", name, err, text)
		}
		if doc != nil {
			all = append(all, doc)
		}
	}
}

// at returns a value of nested maps and lists.
func at(t *testing.T, of any, path ...any) any {
	t.Helper()
	for i, step := range path {
		switch in := of.(type) {
		case map[string]any:
			of = in[step.(string)]
		case []any:
			of = in[step.(int)]
		default:
			t.Fatalf("there is no %v", path[:i+1])
		}
	}
	return of
}

// checkSettings checks that every HOOKLINE_ variable in a text is a setting.
func checkSettings(t *testing.T, name, text string) {
	t.Helper()
	known := []string{"HOOKLINE_CONFIG"}
	for _, s := range config.Settings(config.Default(), nil) {
		known = append(known, "HOOKLINE_"+strings.ToUpper(strings.ReplaceAll(s.Name, "-", "_")))
	}
	for _, v := range regexp.MustCompile(`HOOKLINE_[A-Z_]+`).FindAllString(text, -1) {
		if !slices.Contains(known, v) && v != "HOOKLINE_ENV_" {
			t.Errorf("%s: there is no setting %s", name, v)
		}
	}
}

// instructions returns the instructions of a Dockerfile, each with its arguments.
func instructions(text string) (list [][2]string) {
	text = regexp.MustCompile(`(?m)^\s*#.*\n`).ReplaceAllString(text, "")
	text = strings.ReplaceAll(text, "\\\n", " ")
	for line := range strings.Lines(text) {
		if name, rest, ok := strings.Cut(strings.TrimSpace(line), " "); ok {
			list = append(list, [2]string{strings.ToUpper(name), strings.TrimSpace(rest)})
		}
	}
	return list
}

func TestTheImageIsStaticSmallAndNotRoot(t *testing.T) {
	text := read(t, "Dockerfile")
	checkSettings(t, "Dockerfile", text)
	known := []string{"FROM", "WORKDIR", "COPY", "RUN", "USER", "ENV", "VOLUME", "EXPOSE", "STOPSIGNAL", "HEALTHCHECK", "ENTRYPOINT", "CMD", "ARG", "LABEL"}
	last, stages := make(map[string]string), []string(nil)
	for _, i := range instructions(text) {
		if !slices.Contains(known, i[0]) {
			t.Errorf("%s is no instruction that this file needs", i[0])
		}
		if i[0] == "FROM" {
			last = make(map[string]string)
			image, stage, _ := strings.Cut(i[1], " AS ")
			stages = append(stages, stage)
			last["FROM"] = image
			continue
		}
		if from := regexp.MustCompile(`--from=(\S+)`).FindStringSubmatch(i[1]); from != nil && !slices.Contains(stages, from[1]) {
			t.Errorf("there is no stage %s", from[1])
		}
		last[i[0]] = i[1]
	}
	for name, want := range map[string]string{
		"FROM": `^scratch$`, "USER": `^[1-9]\d+:[1-9]\d+$`, "ENTRYPOINT": `^\["/hookline"\]$`, "CMD": `^\["serve"\]$`,
		"HEALTHCHECK": `CMD \["/hookline", "health"\]$`, "VOLUME": `^\["/data"\]$`, "ENV": `HOOKLINE_DATA=/data`,
	} {
		if !regexp.MustCompile(want).MatchString(last[name]) {
			t.Errorf("the last stage has %s %s, want %s", name, last[name], want)
		}
	}
	if !strings.Contains(text, "CGO_ENABLED=0 go build") {
		t.Error("the binary is not static")
	}
	version := regexp.MustCompile(`(?m)^go (\d+\.\d+)`).FindStringSubmatch(read(t, "../go.mod"))[1]
	if !strings.Contains(text, "FROM golang:"+version+" ") {
		t.Errorf("it does not build with Go %s", version)
	}
}

func TestTheComposeFileRunsTheImage(t *testing.T) {
	text := read(t, "compose.yaml")
	checkSettings(t, "compose.yaml", text)
	doc := yamlDocuments(t, "compose.yaml", text)[0]
	service := at(t, doc, "services", "hookline")
	context := at(t, service, "build", "context").(string)
	if _, err := os.Stat(filepath.Join(context, at(t, service, "build", "dockerfile").(string))); err != nil {
		t.Error(err)
	}
	if at(t, service, "read_only") != true || at(t, service, "cap_drop", 0) != "ALL" {
		t.Error("it is not hardened")
	}
	if _, ok := at(t, doc, "volumes").(map[string]any)["hookline-data"]; !ok {
		t.Error("the volume of the data is not declared")
	}
}

func TestTheUnitIsHardenedAndHasNoUnknownDirective(t *testing.T) {
	text := read(t, "hookline.service")
	checkSettings(t, "hookline.service", text)
	known := map[string]string{
		"Unit": "Description Documentation After Wants",
		"Service": "Type ExecStart ExecReload Restart RestartSec TimeoutStopSec KillMode LimitNOFILE EnvironmentFile DynamicUser StateDirectory " +
			"StateDirectoryMode UMask NoNewPrivileges CapabilityBoundingSet AmbientCapabilities ProtectSystem ProtectHome PrivateTmp PrivateDevices " +
			"ProtectClock ProtectHostname ProtectKernelLogs ProtectKernelModules ProtectKernelTunables ProtectControlGroups ProtectProc " +
			"RestrictAddressFamilies RestrictNamespaces RestrictRealtime RestrictSUIDSGID LockPersonality RemoveIPC SystemCallArchitectures " +
			"SystemCallFilter SystemCallErrorNumber",
		"Install": "WantedBy",
	}
	section, has := "", make(map[string]string)
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		switch name, value, ok := strings.Cut(line, "="); {
		case line == "" || strings.HasPrefix(line, "#"):
		case strings.HasPrefix(line, "["):
			section = strings.Trim(line, "[]")
		case !ok || !slices.Contains(strings.Fields(known[section]), name):
			t.Errorf("%s is no directive of [%s]", line, section)
		default:
			if _, twice := has[name]; twice {
				t.Errorf("%s is set twice", name)
			}
			has[name] = value
		}
	}
	for name, want := range map[string]string{
		"DynamicUser": "yes", "NoNewPrivileges": "yes", "ProtectSystem": "strict", "ProtectHome": "yes", "CapabilityBoundingSet": "", "StateDirectory": "hookline",
	} {
		if value, ok := has[name]; !ok || value != want {
			t.Errorf("%s is %q, want %q", name, value, want)
		}
	}
	if want := "/usr/local/bin/hookline serve --data /var/lib/" + has["StateDirectory"]; has["ExecStart"] != want {
		t.Errorf("it starts %s, want %s", has["ExecStart"], want)
	}
}

func TestTheChartRenders(t *testing.T) {
	full := map[string]any{
		"publicURL": "https://hooks.example.com", "env": map[string]any{"HOOKLINE_RETAIN": "14d", "HOOKLINE_MAX_BODY": "25MiB"}, "envFromSecrets": []any{"a", "b"},
		"workflowsConfigMap": "workflows", "storage": map[string]any{"size": "5Gi", "className": "fast"},
		"ingress": map[string]any{"enabled": true, "className": "nginx", "host": "h.example.com", "tlsSecret": "tls", "annotations": map[string]any{"a": "b"}},
		"metrics": monitored("metrics"),
	}
	for name, c := range map[string]struct {
		values map[string]any
		kinds  string
	}{"defaults": {nil, "Service StatefulSet"}, "everything": {full, "Ingress Service ServiceMonitor StatefulSet"}} {
		t.Run(name, func(t *testing.T) {
			var kinds []string
			for file, text := range render(t, c.values) {
				checkSettings(t, file, text)
				for _, doc := range yamlDocuments(t, file, text) {
					kinds = append(kinds, doc["kind"].(string))
					if doc["kind"] == "StatefulSet" {
						checkStatefulSet(t, doc)
					}
				}
			}
			slices.Sort(kinds)
			if got := strings.Join(kinds, " "); got != c.kinds {
				t.Errorf("it has %s, want %s", got, c.kinds)
			}
		})
	}
}

func checkStatefulSet(t *testing.T, doc map[string]any) {
	t.Helper()
	pod := at(t, doc, "spec", "template", "spec")
	container := at(t, pod, "containers", 0)
	if at(t, doc, "spec", "replicas") != 1 || at(t, pod, "securityContext", "runAsNonRoot") != true ||
		at(t, container, "securityContext", "readOnlyRootFilesystem") != true || at(t, container, "image") != "hookline:0.1.0" {
		t.Errorf("%v", container)
	}
	volumes := []string{"data"}
	for _, v := range at(t, pod, "volumes").([]any) {
		volumes = append(volumes, at(t, v, "name").(string))
	}
	for _, m := range at(t, container, "volumeMounts").([]any) {
		if !slices.Contains(volumes, at(t, m, "name").(string)) {
			t.Errorf("there is no volume %v", at(t, m, "name"))
		}
	}
	for _, probe := range []string{"startupProbe", "livenessProbe", "readinessProbe"} {
		if path := at(t, container, probe, "httpGet", "path"); path != "/healthz" && path != "/readyz" {
			t.Errorf("the %s asks for %v", probe, path)
		}
	}
}

// indent returns a text on a line of its own, indented.
func indent(n int, text string) string {
	return "\n" + strings.Repeat(" ", n) + strings.ReplaceAll(strings.TrimSpace(text), "\n", "\n"+strings.Repeat(" ", n))
}

// toYAML returns a value as YAML.
func toYAML(v any) (string, error) {
	var b bytes.Buffer
	err := yaml.NewEncoder(&b).Encode(v)
	return b.String(), err
}
