package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"hookline.dev/hookline/internal/api"
	"hookline.dev/hookline/internal/app"
	"hookline.dev/hookline/internal/backup"
	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/config"
	"hookline.dev/hookline/internal/fault"
)

type backupCmd struct {
	To   string `arg:"" name:"file" help:"File to write, or an existing directory, in which the file gets a name with the time; - is stdout. A name that ends in .gz or .tgz is compressed."`
	Keys string `name:"keys" placeholder:"FILE" help:"Also write the keys of --data to this file: the API token, the key of status URLs, and the key of the secrets. Store it apart from the backup."`
	Gzip bool   `name:"gzip" short:"z" help:"Compress the backup. Default: by the file's extension."`
	clientFlags
}

// Help explains the verb.
func (backupCmd) Help() string {
	return "Backs up the running server through its API, or --data if no server uses it. The server goes on working meanwhile. " +
		"The backup has the database and all files, in one tar archive that hookline restore verifies; it has no keys and no certificates. " +
		"FILE appears only when it is complete and verified."
}

// Run makes a backup.
func (c *backupCmd) Run(sys *system) error {
	if info, err := os.Stat(c.To); err == nil && info.IsDir() {
		c.To = filepath.Join(c.To, api.BackupName(clock.System().Now())+".tar.gz")
	}
	c.Gzip = c.Gzip || strings.HasSuffix(c.To, ".gz") || strings.HasSuffix(c.To, ".tgz")
	if c.Keys != "" {
		if err := c.saveKeys(); err != nil {
			return err
		}
	}
	write := c.fromServer
	if c.URL == "" && c.isStopped() {
		write = func(to io.Writer) error {
			return app.BackUpStopped(context.Background(), c.Data, Version(), to, c.Gzip)
		}
	}
	if c.To == "-" {
		return write(raw(sys.stdout))
	}
	return c.save(sys, write)
}

// isStopped reports whether --data is a data directory that no process uses.
func (c *backupCmd) isStopped() bool {
	_, err := os.Stat(filepath.Join(c.Data, lockFile))
	return err == nil && !locked(c.Data)
}

// fromServer copies the backup that the server sends.
func (c *backupCmd) fromServer(to io.Writer) error {
	server, err := c.open()
	if err != nil {
		return err
	}
	path := "/api/backup"
	if c.Gzip {
		path += "?gzip=true"
	}
	res, err := server.do(context.Background(), http.MethodGet, path)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	return received(server, res.Body, to)
}

// saveKeys writes the keys of --data. An existing file is never replaced: it may be the only copy of older keys.
func (c *backupCmd) saveKeys() error {
	if c.URL != "" {
		return &usageError{[]error{errors.New("--keys reads the data directory of a server on this machine and not --url: keys are never sent over the API")}}
	}
	text, err := app.Keys(c.Data)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(c.Keys, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err == nil {
		_, err = f.Write(text)
		err = errors.Join(err, f.Sync(), f.Close())
	}
	if err != nil {
		return fault.As("cli.backup", fault.Forbidden, err, "cannot write %s: %v", c.Keys, reason(err))
	}
	return nil
}

// save writes the file. It is verified while it is written, and appears only when it is complete.
func (c *backupCmd) save(sys *system, write func(io.Writer) error) error {
	f, err := os.CreateTemp(filepath.Dir(c.To), "."+filepath.Base(c.To)+".*") // only its owner can read it
	if err != nil {
		return fault.As("cli.backup", fault.Forbidden, err, "cannot write %s: %v", c.To, reason(err))
	}
	defer func() { _ = os.Remove(f.Name()) }() // after the rename there is nothing to remove, so it fails
	p := newProgress(sys)
	size := int64(0)
	check, feed := io.Pipe()
	verified := make(chan result, 1)
	go func() {
		m, err := backup.Verify(counting{check, func(n int) {
			size += int64(n)
			p.show("%s", config.FormatSize(size&^1023))
		}})
		check.CloseWithError(err) // if the archive is wrong, the writer ends too
		verified <- result{m, err}
	}()
	err = write(io.MultiWriter(f, feed))
	feed.CloseWithError(err)
	found := <-verified
	p.end()
	if err == nil {
		err = found.err
	}
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), c.To)
	}
	if err != nil {
		return err
	}
	m := found.manifest
	fmt.Fprintf(sys.stdout, "%s: %d bytes, %d files, schema %d\n", c.To, size, m.Blobs, m.Schema)
	sys.warnMissing(m)
	return nil
}

// result is what the verification of a backup found.
type result struct {
	manifest backup.Manifest
	err      error
}

// warnMissing says which files a backup does not have.
func (sys *system) warnMissing(m backup.Manifest) {
	if n := len(m.Missing); n > 0 {
		fmt.Fprintf(sys.stderr, "warning: %d files that deliveries or records name were missing when the backup was made, the first is blob %s\n", n, m.Missing[0])
	}
}
