package cli

import (
	"fmt"
	"strings"

	"hookline.dev/hookline/internal/api"
	"hookline.dev/hookline/internal/app"
)

type keysRotate struct {
	Lost bool `name:"lost" help:"The master key is lost: delete every secret, and begin with a new key. Only while the server is stopped."`
	clientFlags
}

// Help explains the verb.
func (keysRotate) Help() string {
	return "Makes a new master key, which seals the stored secrets, and seals all of them anew. Works through the API, or on --data while the server is stopped. " +
		"Nothing is lost if it is interrupted: the next start finishes or undoes it. Backups that were made before need the old key: keep it with them."
}

// Run changes the master key.
func (c *keysRotate) Run(sys *system) error {
	if c.Lost {
		names, err := app.ResetMasterKey(c.Data)
		if err != nil {
			return err
		}
		fmt.Fprintf(sys.stdout, "a new master key is in use; %d secrets were deleted\n", len(names))
		if len(names) > 0 {
			fmt.Fprintln(sys.stdout, "set them again:", strings.Join(names, ", "))
		}
		return nil
	}
	if c.stopped() {
		done, err := app.RotateMasterKey(c.Data)
		if err != nil {
			return err
		}
		fmt.Fprintf(sys.stdout, "master key %s; %d secrets sealed anew, while the server is stopped\n", done.Master, done.Secrets)
		return nil
	}
	server, err := c.open()
	if err != nil {
		return err
	}
	var done api.RotatedKey
	if err := server.post("/api/master-key/rotate", &done); err != nil {
		return err
	}
	fmt.Fprintf(sys.stdout, "master key %s; %d secrets sealed anew\n", done.MasterKey, done.Secrets)
	return nil
}
