package cli

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"hookline.dev/hookline/internal/app"
	"hookline.dev/hookline/internal/config"
)

// TestScriptsOnAServer runs testdata/server: typed commands against a real server, whose documents are in docs.
func TestScriptsOnAServer(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/server",
		Setup: func(env *testscript.Env) error {
			env.Setenv("TZ", "UTC")
			docs := filepath.Join(env.WorkDir, "docs")
			if err := os.MkdirAll(docs, 0o700); err != nil {
				return err
			}
			c := config.Default()
			c.Data, c.Listen, c.Workflows = filepath.Join(env.WorkDir, "hookline-data"), "127.0.0.1:0", docs
			a, err := app.New(c, app.Options{Environ: []string{}})
			if err != nil {
				return err
			}
			env.Defer(func() {
				ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
				defer cancel()
				if err := a.Stop(ctx); err != nil {
					t.Error(err)
				}
			})
			if err := a.Start(context.Background()); err != nil {
				return err
			}
			env.Setenv("URL", (&clientFlags{Data: c.Data}).base())
			env.Setenv("XDG_CONFIG_HOME", filepath.Join(env.WorkDir, "config"))
			return nil
		},
	})
}
