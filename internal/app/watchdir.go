package app

import (
	"context"
	"time"

	"github.com/fsnotify/fsnotify"

	"hookline.dev/hookline/internal/document"
	"hookline.dev/hookline/internal/fault"
)

// settle is how long a directory must be quiet before it is loaded again: editors write in pieces.
const settle = 200 * time.Millisecond

// directory loads the documents again when a file among them changes.
type directory struct {
	app     *App
	watcher *fsnotify.Watcher
	done    chan struct{}
}

// Start begins to watch.
func (d *directory) Start(context.Context) error {
	w, err := fsnotify.NewWatcher()
	if err == nil {
		err = w.Add(d.app.config.Workflows)
	}
	if err != nil {
		return fault.As("app.watch", fault.Unavailable, err, "cannot watch %s (--watch): %s", d.app.config.Workflows, cause(err))
	}
	d.watcher, d.done = w, make(chan struct{})
	go d.run()
	return nil
}

// Stop ends it.
func (d *directory) Stop(context.Context) error {
	if d.watcher == nil {
		return nil
	}
	err := d.watcher.Close()
	<-d.done
	return err
}

// run reloads once the directory is quiet after a change.
func (d *directory) run() {
	defer close(d.done)
	quiet := time.NewTimer(settle)
	quiet.Stop()
	for {
		select {
		case e, ok := <-d.watcher.Events:
			if !ok {
				return
			}
			if document.IsDocument(e.Name) {
				quiet.Reset(settle)
			}
		case err, ok := <-d.watcher.Errors:
			if !ok {
				return
			}
			d.app.log.Warn("watching the documents failed once; loading them again", "error", err)
			quiet.Reset(settle)
		case <-quiet.C:
			if _, err := d.app.Reload(); err != nil {
				d.app.log.Error("the documents were not loaded; what was published stays", "error", fault.Message(err))
			}
		}
	}
}
