package cli

import (
	"fmt"
	"net/url"
	"strings"

	"hookline.dev/hookline/internal/api"
)

type reloadCmd struct {
	Take      string   `name:"take" enum:",file,server" default:"" placeholder:"SIDE" help:"For workflows that were edited on the server and whose file changed, too: take file or server."`
	Workflows []string `name:"workflow" placeholder:"KEY" complete:"workflows" help:"The workflow that --take is about; may be repeated. Default: all."`
	clientFlags
}

// Help explains the verb.
func (reloadCmd) Help() string {
	return "The server reads the documents in its --workflows directory and publishes what changed. " +
		"If a document has an error, nothing changes and all errors are printed. " +
		"A workflow that was edited on the server and whose file changed, too, is refused, naming both, unless --take decides."
}

// Run reloads the documents.
func (c *reloadCmd) Run(sys *system) error {
	server, err := c.open()
	if err != nil {
		return err
	}
	var done api.Reloaded
	query := url.Values{"workflow": c.Workflows}
	set(query, "take", c.Take)
	if err := server.post("/api/reload?"+query.Encode(), &done); err != nil {
		return err
	}
	f := fields{w: sys.stdout}
	f.add("published", strings.Join(done.Published, ", "))
	f.add("removed", strings.Join(done.Removed, ", "))
	f.add("disabled", strings.Join(done.Disabled, ", "))
	f.add("kept", strings.Join(done.Kept, ", "))
	kept := ""
	if len(done.Kept) > 0 {
		kept = fmt.Sprintf(", %d kept as edited here", len(done.Kept))
	}
	fmt.Fprintf(sys.stdout, "%d published, %d unchanged, %d removed%s\n", len(done.Published), len(done.Unchanged), len(done.Removed), kept)
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
