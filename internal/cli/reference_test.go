package cli

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/google/go-cmp/cmp"

	"hookline.dev/hookline/internal/config"
	"hookline.dev/hookline/internal/errorcode"
	"hookline.dev/hookline/internal/telemetry/prom"
	"hookline.dev/hookline/internal/verify/preset"
)

var update = flag.Bool("update", false, "write docs/reference anew")

// TestReferencePagesAreFresh fails if a page differs from what the binary says. Run go test ./internal/cli -run
// Reference -update to write them.
func TestReferencePagesAreFresh(t *testing.T) {
	pages := map[string]string{"cli.md": cliPage(t), "config.md": configPage(), "presets.md": presetsPage(preset.Set()), "errors.md": errorsPage(), "metrics.md": prom.Page(generated)}
	for name, want := range pages {
		path := filepath.Join("..", "..", "docs", "reference", name)
		if *update {
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		got, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, string(got)); diff != "" {
			t.Errorf("%s is stale; run go test ./internal/cli -run Reference -update\n%s", path, diff)
		}
	}
}

const generated = "<!-- Generated from the program; change internal/cli or internal/config, then go test ./internal/cli -run Reference -update -->\n\n"

func configPage() string {
	var b strings.Builder
	b.WriteString("# Settings\n\n" + generated)
	b.WriteString("Each setting of `hookline serve` is a flag, an environment variable, and a key of the YAML file that `--config FILE` names.\n" +
		"The flag goes before the variable, that before the file, that before the default. An empty variable counts as not set.\n" +
		"`hookline config show` prints every value with its origin.\n\n" +
		"Durations are numbers with `ms`, `s`, `m`, `h` or `d`; sizes are whole numbers with `B`, `KiB`, `MiB` or `GiB`. A bare number is an error for both.\n")
	group := ""
	for _, s := range config.Settings(config.Default(), nil) {
		if s.Group != group {
			group = s.Group
			fmt.Fprintf(&b, "\n## %s\n\n| flag, key | variable | default | what it is |\n|---|---|---|---|\n", title(group))
		}
		value := s.Value
		if value != "" {
			value = "`" + value + "`"
		}
		fmt.Fprintf(&b, "| `--%s` | `%s` | %s | %s |\n", s.Name, envName(s.Name), value, cellText(s.Help))
	}
	return b.String()
}

func title(key string) string {
	for _, g := range groups() {
		if g.Key == key {
			return g.Title
		}
	}
	return key
}

func cliPage(t *testing.T) string {
	t.Helper()
	parser, err := newParser(&grammar{}, newSystem(nil, strings.NewReader(""), &bytes.Buffer{}, &bytes.Buffer{}))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	b.WriteString("# Command line\n\n" + generated)
	b.WriteString("Exit codes: 0 done, 1 failed, 2 wrong usage. `--help` works everywhere.\n\n" +
		"Verbs that talk to a server take these, here and not repeated below:\n\n")
	flagTable(&b, clientFlagsOf(parser.Model.Node))
	for _, verb := range parser.Model.Leaves(true) {
		page(&b, verb)
	}
	return b.String()
}

// clientFlagsOf returns the flags of every client command.
func clientFlagsOf(n *kong.Node) []*kong.Flag {
	for _, verb := range n.Leaves(true) {
		var flags []*kong.Flag
		for _, f := range verb.Flags {
			if isClientFlag(f) {
				flags = append(flags, f)
			}
		}
		if len(flags) > 0 {
			return flags
		}
	}
	return nil
}

func isClientFlag(f *kong.Flag) bool { return f.Group != nil && f.Group.Key == "client" }

func page(b *strings.Builder, verb *kong.Node) {
	fmt.Fprintf(b, "\n## hookline %s\n\n%s\n", verb.Path(), verb.Help)
	if verb.Detail != "" {
		fmt.Fprintf(b, "\n%s\n", strings.TrimSpace(verb.Detail))
	}
	usage := "hookline " + verb.Path()
	for _, p := range verb.Positional {
		usage = strings.Join([]string{usage, p.Summary()}, " ")
	}
	var own []*kong.Flag
	server := false
	for _, f := range verb.Flags {
		switch {
		case isClientFlag(f):
		case f.Group != nil && f.Group.Key == "where":
			server = true
		case f.Group == nil:
			own = append(own, f)
		}
	}
	if len(own) > 0 || server {
		usage += " [flags]"
	}
	fmt.Fprintf(b, "\n    %s\n\n", usage)
	for _, p := range verb.Positional {
		fmt.Fprintf(b, "- `%s`: %s\n", p.Summary(), p.Help)
	}
	if server {
		b.WriteString("Takes every flag of [the settings](config.md).\n")
	}
	if len(own) > 0 {
		if len(verb.Positional) > 0 {
			b.WriteString("\n")
		}
		flagTable(b, own)
	}
}

func flagTable(b *strings.Builder, flags []*kong.Flag) {
	b.WriteString("| flag | default | what it does |\n|---|---|---|\n")
	for _, f := range flags {
		value := f.Default
		if value != "" {
			value = "`" + value + "`"
		}
		name := "--" + f.Name
		if !f.IsBool() {
			name += "=" + f.FormatPlaceHolder()
			if f.PlaceHolder == "" {
				name = "--" + f.Name + "=" + strings.ToUpper(f.Name)
			}
		}
		fmt.Fprintf(b, "| `%s` | %s | %s |\n", name, value, cellText(f.Help))
	}
}

// cellText escapes a text for a table cell.
func cellText(text string) string { return strings.ReplaceAll(text, "|", `\|`) }

// errorsPage returns the reference page of the catalogue of errors.
func errorsPage() string {
	titles := map[errorcode.Area]string{
		errorcode.Document: "Problems in documents", errorcode.Call: "Answers to callers", errorcode.Gate: "Verdicts of gates",
		errorcode.Step: "Failed steps and executions", errorcode.Record: "Records and queries", errorcode.Request: "Answers of the management API",
	}
	var b strings.Builder
	b.WriteString("# Errors\n\nEvery error has a message that names what is wrong in the particular case. Its code says which kind of error it is;\n" +
		"this page explains the kinds. `GET /api/errors` returns the same. The page is generated; do not edit it.\n")
	area := errorcode.Area("")
	for _, e := range errorcode.All() {
		if e.Area != area {
			area = e.Area
			fmt.Fprintf(&b, "\n## %s\n\n| code | meaning | usual cause | what to do |\n|---|---|---|---|\n", titles[area])
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", e.Code, e.Sentence, e.Cause, e.Next)
	}
	return b.String()
}
