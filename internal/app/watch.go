package app

import (
	"context"
	"time"

	"github.com/fsnotify/fsnotify"

	"hookline.dev/hookline/internal/document"
	"hookline.dev/hookline/internal/fault"
)

// settle is how long the directory must stay unchanged before it is loaded, because editors write a file in
// several steps.
const settle = 200 * time.Millisecond

// directory reloads the documents when one of the files changes. One goroutine waits for changes and calls
// Reload; Stop waits for it to end.
type directory struct {
	app     *App
	watcher *fsnotify.Watcher
	done    chan struct{} // closed when run has ended
}

// Start begins to watch the directory.
func (d *directory) Start(context.Context) error {
	w, err := fsnotify.NewWatcher()
	if err == nil {
		err = w.Add(d.app.config.Workflows)
	}
	if err != nil {
		return fault.As("app.watch", fault.Unavailable, err, "cannot watch %s (--watch): %s", d.app.config.Workflows, cause(err))
	}
	d.watcher, d.done = w, make(chan struct{})
	// run ends when Stop closes the watcher, which closes its channels.
	go d.run()
	return nil
}

// Stop ends the goroutine and waits for it.
func (d *directory) Stop(context.Context) error {
	if d.watcher == nil {
		return nil
	}
	err := d.watcher.Close()
	<-d.done
	return err
}

// run reloads the documents once nothing has changed for settle.
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
			d.app.log.Warn("an event of the watched directory was lost; reloading", "error", err)
			quiet.Reset(settle)
		case <-quiet.C:
			if _, err := d.app.Reload(); err != nil {
				d.app.log.Error("reload failed; the published workflows stay", "error", fault.Message(err))
			}
		}
	}
}
