package cli

import (
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"hookline.dev/hookline/internal/api"
	"hookline.dev/hookline/internal/document"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/value"
)

type applyCmd struct {
	File      []string `name:"file" short:"f" required:"" sep:"none" placeholder:"FILE" help:"Documents, or a directory of documents; - reads YAML from stdin. May be repeated."`
	DryRun    bool     `name:"dry-run" help:"Only print what would change."`
	Prune     bool     `name:"prune" help:"Disable workflows, and delete channels, that were applied earlier and are not in the documents."`
	Take      string   `name:"take" enum:",file,server" default:"" placeholder:"SIDE" help:"For workflows that were edited on the server since they were applied: take file or server."`
	Workflows []string `name:"workflow" placeholder:"KEY" complete:"workflows" help:"The workflow that --take is about; may be repeated. Default: all."`
	clientFlags
	jsonFlag
}

// Help explains the verb.
func (applyCmd) Help() string {
	return "Publishes the workflows, collections and channels in the documents, all of them or none, and prints the differences. " +
		"What is published already stays as it is, so applying twice changes nothing. " +
		"A workflow that somebody edited on the server since is refused, naming both, unless --take decides."
}

// Run applies documents.
func (c *applyCmd) Run(sys *system) error {
	files, err := readDocumentFiles(sys, c.File)
	if err != nil {
		return err
	}
	server, err := c.open()
	if err != nil {
		return err
	}
	server.timeout = longTimeout
	query := url.Values{}
	set(query, "take", c.Take)
	for _, key := range c.Workflows {
		query.Add("workflow", key)
	}
	for name, on := range map[string]bool{"dryRun": c.DryRun, "prune": c.Prune} {
		if on {
			query.Set(name, "true")
		}
	}
	var body value.ObjectBuilder
	return answered(sys, server, c.jsonFlag, "POST", "/api/documents?"+query.Encode(), body.Set("files", files).Value(), func(done api.ApplyResult) error {
		printApplied(sys, done)
		return nil
	})
}

// readDocumentFiles reads files and directories as the API takes them.
func readDocumentFiles(sys *system, names []string) (value.Value, error) {
	var files value.ArrayBuilder
	add := func(name string) error {
		text, err := readInput(sys, name)
		if err != nil {
			return err
		}
		if name == "-" {
			name = "stdin"
		}
		var f value.ObjectBuilder
		files.Add(f.Set("name", value.String(name)).Set("text", value.String(string(text))).Value())
		return nil
	}
	for _, name := range names {
		entries, err := os.ReadDir(name)
		if err != nil || name == "-" { // no directory
			if err := add(name); err != nil {
				return value.Value{}, err
			}
			continue
		}
		for _, e := range entries {
			if document.IsDocument(e.Name()) && !e.IsDir() {
				if err := add(filepath.Join(name, e.Name())); err != nil {
					return value.Value{}, err
				}
			}
		}
	}
	return files.Value(), nil
}

// readInput reads a file, or stdin for -.
func readInput(sys *system, name string) ([]byte, error) {
	file := sys.stdin
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return nil, fault.As("cli.readInput", fault.NotFound, err, "cannot read %s: %v", name, reason(err))
		}
		defer f.Close()
		file = f
	}
	text, err := io.ReadAll(io.LimitReader(file, store.MaxDraft+1))
	if err != nil {
		return nil, fault.As("cli.readInput", fault.Invalid, err, "cannot read %s: %v", name, reason(err))
	}
	return text, nil
}

// printApplied prints the differences, and then one line.
func printApplied(sys *system, done api.ApplyResult) {
	for _, w := range done.Workflows {
		fmt.Fprint(sys.stdout, w.Diff)
	}
	for _, text := range done.Collections {
		fmt.Fprintf(sys.stdout, "  %s\n", clip(text, 300))
	}
	f := fields{w: sys.stdout}
	f.add("channels", strings.Join(done.Channels.Published, ", "))
	f.add("deleted", strings.Join(done.Channels.Deleted, ", "))
	f.add("disabled", strings.Join(done.Disabled, ", "))
	f.add("kept", strings.Join(done.Kept, ", "))
	was := ""
	if len(done.Kept) > 0 {
		was = fmt.Sprintf(", %d kept as edited on the server", len(done.Kept))
	}
	if done.DryRun {
		was += ", nothing was done (--dry-run)"
	}
	fmt.Fprintf(sys.stdout, "%s changed, %d unchanged%s\n", plural(len(done.Workflows), "workflow"), len(done.Unchanged), was)
}

type exportCmd struct {
	Keys []string `arg:"" optional:"" name:"key" complete:"workflows" help:"Keys of workflows. Default: all, with collections and channels."`
	clientFlags
}

// Help explains the verb.
func (exportCmd) Help() string {
	return "Prints published workflows as YAML that hookline apply reads. Secrets that are written as plain text are masked; " +
		"applied to the same server, a mask stands for the secret."
}

// Run prints documents.
func (c *exportCmd) Run(sys *system) error {
	server, err := c.open()
	if err != nil {
		return err
	}
	text, err := server.text("/api/documents?" + url.Values{"workflow": c.Keys}.Encode())
	if err == nil {
		_, err = io.WriteString(sys.stdout, text) // YAML has escapes for what is not printable
	}
	return err
}
