package cli

import (
	"fmt"
	"strings"

	"hookline.dev/hookline/internal/api"
)

type reloadCmd struct{ clientFlags }

// Help explains the verb.
func (reloadCmd) Help() string {
	return "The server reads the documents of its --workflows directory and publishes what changed. " +
		"When one of them is wrong, nothing changes, and everything that is wrong is printed."
}

// Run reloads.
func (c *reloadCmd) Run(w *world) error {
	server, err := c.open()
	if err != nil {
		return err
	}
	var done api.Reloaded
	if err := server.post("/api/reload", &done); err != nil {
		return err
	}
	f := fields{w: w.stdout}
	f.add("published", strings.Join(done.Published, ", "))
	f.add("removed", strings.Join(done.Removed, ", "))
	f.add("disabled", strings.Join(done.Disabled, ", "))
	fmt.Fprintf(w.stdout, "%d published, %d unchanged, %d removed\n", len(done.Published), len(done.Unchanged), len(done.Removed))
	return nil
}
