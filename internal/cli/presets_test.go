package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hookline.dev/hookline/internal/app"
	"hookline.dev/hookline/internal/document"
	"hookline.dev/hookline/internal/verify"
	"hookline.dev/hookline/internal/verify/preset"
)

// TestEveryPresetsLinesAreADocument loads the lines that are shown for each preset.
func TestEveryPresetsLinesAreADocument(t *testing.T) {
	dir := t.TempDir()
	for _, p := range preset.Set().All() {
		text := "workflow: x\nnodes: [{key: a, type: set, config: {values: {b: 1}}}]\n" + presetYAML(p)
		name := p.Info().Name + ".yaml"
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, problems := document.LoadFiles(os.DirFS(dir), "", []string{name}, app.Known()); len(problems) > 0 {
			t.Errorf("%s: %v\n%s", name, problems, text)
		}
	}
}

// TestOneEntryIsListedAndDocumented adds a preset to those of the binary.
func TestOneEntryIsListedAndDocumented(t *testing.T) {
	list, err := verify.ReadPresets([]byte(`[{"name":"toy","title":"Toy","summary":"HMAC-SHA256 of the body in X-Toy.",
		"scheme":{"kind":"hmac","alg":"sha256","encoding":"hex","sig":{"header":"X-Toy"},"signed":"{body}"}}]`))
	if err != nil {
		t.Fatal(err)
	}
	set := verify.NewSet(append(preset.Set().All(), list...)...)
	var table, lines strings.Builder
	if err := (&presetsLs{}).print(&table, set.All()); err != nil {
		t.Fatal(err)
	}
	if err := (&presetsLs{jsonFlag: jsonFlag{JSON: true}}).print(&lines, set.All()); err != nil {
		t.Fatal(err)
	}
	for where, text := range map[string]string{
		"ls": table.String(), "ls --json": lines.String(), "show": presetText(set.Find("toy")), "the reference": presetsPage(set),
	} {
		if !strings.Contains(text, "Toy") || !strings.Contains(text, "toy") {
			t.Errorf("it is not in %s:\n%s", where, text)
		}
	}
}
