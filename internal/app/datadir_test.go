package app

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestASecretThatOthersKnowIsRefused also checks that the message has the command that mends it.
func TestASecretThatOthersKnowIsRefused(t *testing.T) {
	long := strings.Repeat("s", 43)
	for name, c := range map[string]struct {
		text string
		mode os.FileMode
		says string
	}{
		"it is right":          {long, 0o600, ""},
		"its owner only reads": {long, 0o400, ""},
		"it is short":          {"secret", 0o600, "rm "},
		"its group reads":      {long, 0o640, "chmod 600 "},
		"everybody reads":      {long, 0o604, "chmod 600 "},
	} {
		dir := t.TempDir()
		path := filepath.Join(dir, "token")
		if err := os.WriteFile(path, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, c.mode); err != nil {
			t.Fatal(err)
		}
		_, err := secret(dir, "token")
		if (err == nil) != (c.says == "") || err != nil && !strings.Contains(err.Error(), c.says+path) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
