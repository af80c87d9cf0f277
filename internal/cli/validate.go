package cli

import (
	"fmt"

	"hookline.dev/hookline/internal/document"
	"hookline.dev/hookline/internal/fault"
)

type validateCmd struct {
	Path  string   `arg:"" name:"file|dir" help:"A document, or a directory of documents (*.yaml *.yml *.json)."`
	Plain []string `name:"plain" placeholder:"NAME" help:"Plain variables of the server, which every field of a node may use; repeat the flag, or write commas between the names."`
}

// Help explains the verb.
func (validateCmd) Help() string {
	return "Prints all errors at once: file, line, field and the closest valid name. " +
		"Exit code 0: the server would load the documents; 1: it would not. " +
		"It asks no server, so it takes every variable for a secret unless --plain names it; hookline env ls lists those of the server."
}

// Run checks documents.
func (c *validateCmd) Run(sys *system) error {
	bundle, problems, err := readDocuments(c.Path, c.Plain...)
	if err != nil {
		return fault.As("cli.validate", fault.NotFound, err, "cannot read %s: %v", c.Path, reason(err))
	}
	if len(problems) > 0 {
		fmt.Fprintln(sys.stderr, cleanText(document.Text(problems)))
		fmt.Fprintf(sys.stderr, "%s\n", plural(len(problems), "problem"))
		return errReported
	}
	for _, wf := range bundle.Workflows {
		if a := wf.Workflow.Trigger.Auth; wf.Workflow.Trigger.Type == "webhook" && a.Open() && !a.None {
			advice := "name a gate under trigger.auth, or write auth: none"
			if a.Signature != nil {
				advice = "its signature is only observed; remove observe: true when the verdicts are good"
			}
			fmt.Fprintf(sys.stderr, "%s: anyone can call workflow %s; %s\n", wf.Source, wf.Workflow.Key, advice)
		}
	}
	fmt.Fprintf(sys.stdout, "%s: %s, no problem\n", c.Path, counts(bundle))
	return nil
}

// counts says how many documents of each sort a bundle has.
func counts(b document.Bundle) string {
	return plural(len(b.Workflows), "workflow") + ", " + plural(len(b.Collections), "collection") + ", " + plural(len(b.Channels), "channel")
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
