package cli

import (
	"context"
	"fmt"
	"io"
	"os"

	"hookline.dev/hookline/internal/app"
	"hookline.dev/hookline/internal/fault"
)

type restoreCmd struct {
	From string `arg:"" name:"file" help:"Backup that hookline backup wrote; - is stdin."`
	Data string `name:"data" placeholder:"DIR" required:"" help:"Data directory to restore to. It must be empty, or not exist." group:"where"`
	Keys string `name:"keys" placeholder:"FILE" help:"File that hookline backup --keys wrote; its keys are put into --data. Without it, the next start makes a new API token and a new key of status URLs, and is refused until the master key of the secrets is there: as master.key in --data or as HOOKLINE_MASTER_KEY. hookline keys rotate --lost gives the secrets up."`
}

// Help explains the verb.
func (restoreCmd) Help() string {
	return "Verifies the whole backup before anything is put in place: hashes, order and number of files, and every page of the database. " +
		"A backup that is incomplete, changed or not from Hookline is refused, and nothing of it is left. " +
		"Executions that had not ended when the backup was made run on after the next start: they may repeat what they have sent since."
}

// Run restores a backup.
func (c *restoreCmd) Run(sys *system) error {
	to := app.Restored{Dir: c.Data, Free: freeBytes}
	if c.Keys != "" {
		text, err := readSmall(c.Keys)
		if err != nil {
			return fault.As("cli.restore", fault.Forbidden, err, "cannot read %s: %v", c.Keys, reason(err))
		}
		to.Keys = text
	}
	from := io.Reader(sys.stdin)
	if c.From != "-" {
		f, err := os.Open(c.From)
		if err != nil {
			return fault.As("cli.restore", fault.Forbidden, err, "cannot read %s: %v", c.From, reason(err))
		}
		defer f.Close()
		from = f
	}
	m, err := app.Restore(context.Background(), from, to)
	if err != nil {
		return err
	}
	fmt.Fprintf(sys.stdout, "%s: restored %d files and the database of %s (Hookline %s, schema %d)\n",
		c.Data, m.Blobs, m.CreatedAt.In(sys.zone).Format("2006-01-02 15:04:05 MST"), m.Hookline, m.Schema)
	sys.warnMissing(m)
	return nil
}
