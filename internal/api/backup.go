package api

import (
	"context"
	"io"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"hookline.dev/hookline/internal/account"
)

// Backups makes backups of the running server.
type Backups interface {
	// Begin makes a consistent snapshot. The error is of kind fault.Conflict while another backup is made.
	Begin(ctx context.Context) (Backup, error)
}

// Backup is a backup that can be sent once. The caller closes it.
type Backup interface {
	// Write writes the archive. After an error, what was written is no backup.
	Write(to io.Writer, gzip bool) error
	Close()
}

type backupQuery struct {
	Gzip bool `query:"gzip" doc:"compress the archive"`
}

func (r routes) backup() {
	respond(r, account.ManageServer, huma.Operation{
		OperationID: "backup", Method: http.MethodGet, Path: "/api/backup",
		Summary: "Back up the server while it runs: a tar archive of the database and the files, without keys. " +
			"The connection is cut if the backup cannot be completed.",
		Responses: response("200", "the archive, for `hookline restore`", map[string]*huma.MediaType{"application/x-tar": {}, "application/gzip": {}}),
	}, r.sendBackup)
}

func (r routes) sendBackup(w http.ResponseWriter, req *http.Request, in *backupQuery) error {
	b, err := r.Backups.Begin(req.Context())
	if err != nil {
		return err
	}
	defer b.Close()
	kind, suffix := "application/x-tar", ".tar"
	if in.Gzip {
		kind, suffix = "application/gzip", ".tar.gz"
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Disposition", `attachment; filename="`+BackupName(r.Clock.Now())+suffix+`"`)
	if err := b.Write(w, in.Gzip); err != nil {
		r.Log.Error("a backup broke off", "error", err)
		panic(http.ErrAbortHandler) // aborts the response, so that the caller notices that the archive is incomplete
	}
	return nil
}

// BackupName returns the name of a backup without its extension.
func BackupName(at time.Time) string { return "hookline-" + at.UTC().Format("20060102T150405Z") }
