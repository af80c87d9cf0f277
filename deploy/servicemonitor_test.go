package deploy

import (
	"path/filepath"
	"strings"
	"testing"
)

// monitored returns the value "metrics" of the chart, with a ServiceMonitor and the name of the Secret with the token.
func monitored(secret string) map[string]any {
	return map[string]any{
		"tokenSecret":    map[string]any{"name": secret, "key": "token"},
		"serviceMonitor": map[string]any{"enabled": true, "interval": "15s", "labels": map[string]any{"release": "prometheus"}},
	}
}

func TestTheServiceMonitorScrapesTheServiceWithTheToken(t *testing.T) {
	of := render(t, map[string]any{"metrics": monitored("scraping")})
	parsed := func(name string) map[string]any {
		file := filepath.Join("helm/hookline/templates", name)
		return yamlDocuments(t, file, of[file])[0]
	}
	monitor, service, set := parsed("servicemonitor.yaml"), parsed("service.yaml"), parsed("statefulset.yaml")

	selected := at(t, monitor, "spec", "selector", "matchLabels").(map[string]any)
	for name, want := range selected {
		if got := at(t, service, "metadata", "labels", name); got != want {
			t.Errorf("it selects %s=%v, and the service has %v", name, want, got)
		}
	}
	if len(selected) == 0 {
		t.Error("it selects every service")
	}
	endpoint := at(t, monitor, "spec", "endpoints", 0)
	if got, want := at(t, endpoint, "port"), at(t, service, "spec", "ports", 0, "name"); got != want {
		t.Errorf("it asks the port %v, and the service has %v", got, want)
	}
	if at(t, endpoint, "path") != "/metrics" || at(t, endpoint, "interval") != "15s" || at(t, endpoint, "authorization", "type") != "Bearer" ||
		at(t, monitor, "metadata", "labels", "release") != "prometheus" {
		t.Errorf("%v", monitor)
	}

	sent := at(t, endpoint, "authorization", "credentials")
	for _, v := range at(t, set, "spec", "template", "spec", "containers", 0, "env").([]any) {
		if at(t, v, "name") != "HOOKLINE_METRICS_TOKEN" {
			continue
		}
		required := at(t, v, "valueFrom", "secretKeyRef")
		for part, want := range map[string]string{"name": "scraping", "key": "token"} {
			if at(t, sent, part) != want || at(t, required, part) != want {
				t.Errorf("it sends the %s %v, and the server requires %v, want %s", part, at(t, sent, part), at(t, required, part), want)
			}
		}
		return
	}
	t.Error("the server requires no token")
}

func TestAServiceMonitorWithoutATokenIsRefused(t *testing.T) {
	if _, err := tryRender(t, map[string]any{"metrics": monitored("")}); err == nil || !strings.Contains(err.Error(), "needs metrics.tokenSecret.name") {
		t.Errorf("%v", err)
	}
}
