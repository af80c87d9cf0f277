package main

import (
	"bytes"
	"fmt"
	"path"
	"path/filepath"
	"reflect"
	"strings"

	"github.com/rogpeppe/go-internal/txtar"

	"hookline.dev/hookline/internal/configdoc"
	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/node"
)

const head = `<!-- Written by internal/node/kinds/docgen. Do not edit: change the config's comments, the Info or
the example stories of a kind, and run: go generate ./internal/node/kinds -->

# Node kinds

Every node has ` + "`key`, `type`, `title`, `config`, `retry`, `timeout`, `onError` and `branches`" + `; what
stands below ` + "`config`" + ` is the kind's own, and is described here. Text in a config may hold templates
(` + "`{{$context.data.ref}}`" + `) unless the field says otherwise. A node's result is
` + "`$nodes.<key>`" + ` for the nodes after it. NocoBase's names of the types are accepted too.

`

// page renders the reference of a set of kinds whose folders are below nodesDir.
func page(nodesDir string, set *node.Set) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString(head)
	b.WriteString("| type | NocoBase's names | what it does |\n|---|---|---|\n")
	for _, k := range set.Kinds() {
		info := k.Info()
		fmt.Fprintf(&b, "| [`%s`](#%s) | %s | %s |\n", info.Type, anchor(info.Type), codes(info.Aliases), cell(info.Summary))
	}
	for _, k := range set.Kinds() {
		if err := section(&b, nodesDir, k); err != nil {
			return nil, fmt.Errorf("%s: %w", k.Info().Type, err)
		}
	}
	filtersSection(&b)
	rulesSection(&b)
	return b.Bytes(), nil
}

func section(b *bytes.Buffer, nodesDir string, k node.Kind) error {
	info := k.Info()
	dir := filepath.Join(nodesDir, folder(k))
	fmt.Fprintf(b, "\n## %s\n\n%s\n\n", info.Type, info.Summary)
	rows, err := configdoc.Read(dir)
	if err != nil {
		return err
	}
	if len(rows) > 0 {
		b.WriteString("| field | takes | rules | meaning |\n|---|---|---|---|\n")
	}
	for _, r := range rows {
		fmt.Fprintf(b, "| `%s` | %s | %s | %s |\n", r.Name, r.Kind, cell(r.Rules), cell(r.Meaning))
	}
	fmt.Fprintf(b, "\n- Result: %s\n", info.Result)
	for _, line := range facts(info) {
		fmt.Fprintf(b, "- %s\n", line)
	}
	return examples(b, dir, info.Type)
}

// facts returns the lines that follow from an Info.
func facts(info node.Info) []string {
	var out []string
	switch info.Branches {
	case node.ThenElse:
		out = append(out, "Branches: `then` and `else`, both optional.")
	case node.NamedByNode:
		out = append(out, "Branches: named by the config.")
	case node.Passes:
		out = append(out, "Branches: `do`, required, whose nodes run in each pass. The results of a pass's nodes are there in that pass only; "+
			"to carry something on, `assign` a `variable` node that stands before the loop.",
			"A pass fails when a node in it fails and nothing there handles it. `retry` and `timeout` belong to the nodes inside.")
	case node.AllAtOnce:
		out = append(out, "Branches: at least one and at most 50, named by you. Nodes in one of them do not see the results of another's; those after the node see all.",
			"A branch fails when a node in it fails and nothing there handles it. `retry` and `timeout` belong to the nodes inside.")
	}
	switch info.Effect {
	case node.Records:
		out = append(out, "Writes in the same transaction as the step: exactly once per execution.")
	case node.Reads:
		out = append(out, "Sees what the nodes before it wrote.")
	}
	if info.Timeout > 0 {
		out = append(out, fmt.Sprintf("An attempt takes at most `%s`, waiting for its turn included, unless the node's `timeout` says otherwise.",
			decode.FormatDuration(info.Timeout)))
	}
	if info.SyncOnly {
		out = append(out, "Only in sync workflows.")
	}
	if info.Waits {
		out = append(out, "Not where a sync caller waits for it.")
	}
	if info.Output {
		out = append(out, "Its result is the execution's output.")
	}
	return out
}

// examples prints the stories that are meant as documentation.
func examples(b *bytes.Buffer, dir, kind string) error {
	files, err := filepath.Glob(filepath.Join(dir, storyGlob))
	if err != nil {
		return err
	}
	if len(files) == 0 {
		return fmt.Errorf("there is no story %s", storyGlob)
	}
	for _, name := range files {
		story, err := txtar.ParseFile(name)
		if err != nil {
			return err
		}
		fmt.Fprintf(b, "\n%s\n\n", bytes.TrimSpace(story.Comment))
		branches := branchesOf(story)
		for _, f := range story.Files {
			example(b, f, kind, branches)
		}
	}
	return nil
}

// branchesOf returns the branches of the story's node in the form of a document.
func branchesOf(story *txtar.Archive) string {
	var names []string
	for _, f := range story.Files {
		_, list, ok := strings.Cut(string(f.Data), "branches: [")
		if list, _, closed := strings.Cut(list, "]"); f.Name == "about" && ok && closed {
			for name := range strings.SplitSeq(list, ",") {
				names = append(names, strings.TrimSpace(name)+": [ … ]")
			}
		}
	}
	if names == nil {
		return ""
	}
	return "\n  branches: {" + strings.Join(names, ", ") + "}"
}

func example(b *bytes.Buffer, f txtar.File, kind, branches string) {
	text := strings.TrimRight(string(f.Data), "\n")
	switch f.Name {
	case "config":
		indented := strings.ReplaceAll("\n"+text, "\n", "\n    ")
		fmt.Fprintf(b, "```yaml\n- key: %s\n  type: %s\n  config:%s%s\n```\n", exampleKey, kind, indented, branches)
	case "about", "query":
	case "records":
		fmt.Fprintf(b, "\nwhen there is\n\n```yaml\n%s\n```\n", text)
	case "context", "nodes", "scopes", "env":
		fmt.Fprintf(b, "\nwith `$%s`\n\n```yaml\n%s\n```\n", f.Name, text)
	case "input":
	case "branch", "ends", "until", "now", "holds":
		fmt.Fprintf(b, "\n%s: `%s`\n", f.Name, text)
	default:
		fmt.Fprintf(b, "\n%s:\n\n```\n%s\n```\n", f.Name, text)
	}
}

const exampleKey = "my_node"

// folder returns a kind's folder, from the name of its package.
func folder(k node.Kind) string {
	t := reflect.TypeOf(k)
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return path.Base(t.PkgPath())
}

func anchor(kind string) string { return strings.ReplaceAll(kind, ".", "") }

func codes(names []string) string {
	if len(names) == 0 {
		return ""
	}
	return "`" + strings.Join(names, "` `") + "`"
}

// cell escapes text for a table cell.
func cell(text string) string { return strings.ReplaceAll(text, "|", `\|`) }
