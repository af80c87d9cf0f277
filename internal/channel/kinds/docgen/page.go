package main

import (
	"bytes"
	"fmt"
	"path"
	"path/filepath"
	"reflect"
	"strings"

	"github.com/rogpeppe/go-internal/txtar"

	"hookline.dev/hookline/internal/channel"
	"hookline.dev/hookline/internal/channel/kinds"
	"hookline.dev/hookline/internal/configdoc"
	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/value"
)

const head = `<!-- Written by internal/channel/kinds/docgen. Do not edit: change the config's comments, the Info or the story
example.txtar of a kind, and run: go generate ./internal/channel/kinds -->

# Channels

A channel sends messages: an e-mail, an SMS, a post in a chat room, a call of another server's webhook. It has a
` + "`name`, a `type` and a `config`" + `; what stands below ` + "`config`" + ` is described here. Texts in a config may use
[variables](../secrets.md) (` + "`{{$env.NAME}}`" + `, set with ` + "`hookline env set NAME`" + `, or ` + "`HOOKLINE_ENV_NAME`" + ` before the server
starts), and fields that are secrets must.

The text of a message is Markdown. Each channel converts it to its own form, and cuts it with a mark if it is longer than
the provider allows. A channel that has reached its rate lets messages wait.

`

// page renders the reference of the kinds of the module.
func page(root string) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString(head)
	b.WriteString("| type | for | what it does |\n|---|---|---|\n")
	set := kinds.Set(nil)
	for _, k := range set.Kinds() {
		info := k.Info()
		fmt.Fprintf(&b, "| [`%s`](#%s) | %s | %s |\n", info.Type, info.Type, info.Title, info.Summary)
	}
	for _, k := range set.Kinds() {
		if err := section(&b, root, k); err != nil {
			return nil, fmt.Errorf("%s: %w", k.Info().Type, err)
		}
	}
	return b.Bytes(), nil
}

// section renders one kind.
func section(b *bytes.Buffer, root string, k channel.Kind) error {
	info := k.Info()
	dir := filepath.Join(root, "internal/channel", path.Base(reflect.TypeOf(k).PkgPath()))
	fmt.Fprintf(b, "\n## %s\n\n%s [Documentation of what is sent](%s).\n\n", info.Type, info.Summary, info.Docs)
	fields, err := configdoc.Read(dir)
	if err != nil {
		return err
	}
	b.WriteString("| field | takes | rules | default | meaning |\n|---|---|---|---|---|\n")
	for _, f := range fields {
		byDefault := f.Default
		if byDefault != "" {
			byDefault = "`" + byDefault + "`"
		}
		rules := f.Rules
		if f.Secret {
			rules = strings.TrimPrefix(rules+", secret", ", ")
		}
		fmt.Fprintf(b, "| `%s` | %s | %s | %s | %s |\n", f.Name, f.Kind, cell(rules), byDefault, cell(f.Meaning))
	}
	b.WriteString("\n")
	for _, line := range facts(info) {
		fmt.Fprintf(b, "- %s\n", cell(line))
	}
	return example(b, dir, info.Type)
}

// facts returns the lines that follow from an Info.
func facts(info channel.Info) []string {
	var out []string
	switch info.To {
	case channel.NoRecipient:
		out = append(out, "Recipient: none; the config determines who gets the message.")
	case channel.OptionalRecipient:
		out = append(out, "Recipient: optional; "+info.ToHelp+".")
	case channel.RequiredRecipient:
		out = append(out, "Recipient: required; "+info.ToHelp+".")
	}
	if info.HTML {
		out = append(out, "A message may have HTML.")
	}
	if info.Attachments {
		out = append(out, "A message may have attachments.")
	}
	if info.MaxText > 0 {
		out = append(out, fmt.Sprintf("Longest text: about %d characters.", info.MaxText))
	}
	if info.Rate.Messages > 0 {
		out = append(out, fmt.Sprintf("Rate: %d in %s.", info.Rate.Messages, decode.FormatDuration(info.Rate.Per)))
	}
	return out
}

// example prints the config of the story example.txtar. PEER stands for the peer of the tests.
func example(b *bytes.Buffer, dir, kind string) error {
	story, err := txtar.ParseFile(filepath.Join(dir, "testdata/example.txtar"))
	if err != nil {
		return err
	}
	name := strings.ReplaceAll(kind, "-", "_")
	for _, f := range story.Files {
		if f.Name != "config" {
			continue
		}
		fmt.Fprintf(b, "\n```yaml\nchannels:\n  - name: my_%s\n    type: %s\n    config:\n", name, kind)
		for field, v := range value.Trusted(string(f.Data)).Members() {
			if field != "endpoint" {
				fmt.Fprintf(b, "      %s: %s\n", field, strings.ReplaceAll(v.Text(), "PEER", "https://api.example.com"))
			}
		}
		b.WriteString("```\n")
	}
	return nil
}

// cell escapes text for a table cell.
func cell(text string) string { return strings.NewReplacer("|", `\|`, "<", `\<`).Replace(text) }
