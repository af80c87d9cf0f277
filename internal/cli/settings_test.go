package cli

import (
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"hookline.dev/hookline/internal/config"
)

// TestEverySettingIsRead fails if the server ignores one of its settings.
func TestEverySettingIsRead(t *testing.T) {
	var source strings.Builder
	for _, dir := range []string{".", "../app"} {
		names, err := filepath.Glob(filepath.Join(dir, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			source.Write(text)
		}
	}
	for _, field := range reflect.VisibleFields(reflect.TypeFor[config.Server]()) {
		if !regexp.MustCompile(`\.` + field.Name + `\b`).MatchString(source.String()) {
			t.Errorf("nobody reads config.Server.%s: use it or take it away", field.Name)
		}
	}
}
