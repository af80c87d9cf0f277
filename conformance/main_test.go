package main

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// github returns a vector for the preset github whose signature is valid for the body {}.
func github(name, body, expect, more string) string {
	mac := hmac.New(sha256.New, []byte("s"))
	mac.Write([]byte("{}"))
	return fmt.Sprintf(`{"id":%q,"provider":"github","case":%q,"method":"POST","path_and_query":"/x","headers":{"X-Hub-Signature-256":"sha256=%s","X-GitHub-Event":"push"},`+
		`"body":%q,"secret":"s","expect":%q%s}`, name, name, hex.EncodeToString(mac.Sum(nil)), body, expect, more)
}

func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "vectors.json")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestVectorsAreCountedByPreset(t *testing.T) {
	right := github("right", "{}", "accept", `,"expect_event_type":"push"`)
	refused := github("another body", "{ }", "reject", `,"reject_reason":"signature_mismatch"`)
	unknown := `{"id":"1","provider":"toy","case":"x","method":"POST","path_and_query":"/","headers":{},"expect":"accept"}`
	for _, c := range []struct {
		name    string
		vectors []string
		code    int
		prints  []string
	}{
		{"all right", []string{right, refused}, exitRight, []string{"github  2    2      0\ntotal   2    2      0\n"}},
		{"another verdict", []string{right, github("tampered", "{ }", "accept", "")}, exitWrong, []string{"github  2    1      1\n", "\nwrong:\n  github: tampered: it is refused (mismatch: "}},
		{"accepted by mistake", []string{github("good", "{}", "reject", "")}, exitWrong, []string{"github: good: it is accepted, but must be refused"}},
		{"another reason", []string{github("tampered", "{ }", "reject", `,"reject_reason":"missing_id"`)}, exitWrong, []string{"it is refused as mismatch", "want [no-id]"}},
		{"another event", []string{github("event", "{}", "accept", `,"expect_event_type":"pull"`)}, exitWrong, []string{`is "push", want "pull"`}},
		{"another response", []string{strings.Replace(github("ping", "{}", "accept", `,"expect_response":{"status":204}`), `"push"`, `"ping"`, 1)}, exitWrong, []string{"the handshake is answered with 200, want 204"}},
		{"a preset that is not built", []string{right, unknown, unknown}, exitRight, []string{"total   1    1      0\n", "\nnot supported, 2 cases not run: toy (2)\n"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out, errs bytes.Buffer
			path := write(t, "["+strings.Join(c.vectors, ",")+"]")
			if code := run(t.Context(), []string{"-vectors", path}, &out, &errs); code != c.code || errs.Len() > 0 {
				t.Errorf("exit code %d, want %d; %s", code, c.code, errs.String())
			}
			for _, want := range c.prints {
				if !strings.Contains(out.String(), want) {
					t.Errorf("it does not print %q:\n%s", want, out.String())
				}
			}
		})
	}
}

func TestUnreadableSuitesAreUsageErrors(t *testing.T) {
	for name, c := range map[string]struct {
		args []string
		says string
	}{
		"no suite":        {nil, "name a suite by its flag"},
		"no such suite":   {[]string{"-toys", "x"}, "flag provided but not defined: -toys"},
		"a path alone":    {[]string{"vectors.json"}, "name a suite by its flag"},
		"no such file":    {[]string{"-vectors", filepath.Join(t.TempDir(), "none")}, "no such file"},
		"not JSON":        {[]string{"-vectors", write(t, "x")}, "invalid character"},
		"no expectation":  {[]string{"-vectors", write(t, `[{"id":"v1"}]`)}, `vector 0 (v1): expect is ""; it must be accept or reject`},
		"not an encoding": {[]string{"-vectors", write(t, `[{"expect":"accept","body_base64":"?"}]`)}, "illegal base64"},
	} {
		t.Run(name, func(t *testing.T) {
			var out, errs bytes.Buffer
			if code := run(t.Context(), c.args, &out, &errs); code != exitUsage || !strings.Contains(errs.String(), c.says) {
				t.Errorf("exit code %d, want %d; %s", code, exitUsage, errs.String())
			}
		})
	}
}
