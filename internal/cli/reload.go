package cli

import (
	"fmt"
	"strings"

	"hookline.dev/hookline/internal/api"
)

type reloadCmd struct{ clientFlags }

// Help explains the verb.
func (reloadCmd) Help() string {
	return "The server reads the documents in its --workflows directory and publishes what changed. " +
		"If a document has an error, nothing changes and all errors are printed."
}

// Run reloads the documents.
func (c *reloadCmd) Run(sys *system) error {
	server, err := c.open()
	if err != nil {
		return err
	}
	var done api.Reloaded
	if err := server.post("/api/reload", &done); err != nil {
		return err
	}
	f := fields{w: sys.stdout}
	f.add("published", strings.Join(done.Published, ", "))
	f.add("removed", strings.Join(done.Removed, ", "))
	f.add("disabled", strings.Join(done.Disabled, ", "))
	fmt.Fprintf(sys.stdout, "%d published, %d unchanged, %d removed\n", len(done.Published), len(done.Unchanged), len(done.Removed))
	ch := done.Channels
	if len(ch.Published)+len(ch.Unchanged)+len(ch.Removed) == 0 {
		return nil
	}
	f.add("published", strings.Join(ch.Published, ", "))
	f.add("removed", strings.Join(ch.Removed, ", "))
	f.add("deleted", strings.Join(ch.Deleted, ", "))
	fmt.Fprintf(sys.stdout, "channels: %d published, %d unchanged, %d removed\n", len(ch.Published), len(ch.Unchanged), len(ch.Removed))
	return nil
}
