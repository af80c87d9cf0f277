package app

import (
	"context"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	_ "time/tzdata" // lets timezone() work on machines without zone files

	"hookline.dev/hookline/internal/api"
	"hookline.dev/hookline/internal/auth"
	"hookline.dev/hookline/internal/body"
	"hookline.dev/hookline/internal/bulk"
	"hookline.dev/hookline/internal/catalog"
	"hookline.dev/hookline/internal/channel"
	channelkinds "hookline.dev/hookline/internal/channel/kinds"
	"hookline.dev/hookline/internal/clientip"
	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/config"
	"hookline.dev/hookline/internal/document"
	"hookline.dev/hookline/internal/dryrun"
	"hookline.dev/hookline/internal/engine"
	"hookline.dev/hookline/internal/engine/run"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/flow/advance"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/ingress"
	"hookline.dev/hookline/internal/janitor"
	"hookline.dev/hookline/internal/lifecycle"
	"hookline.dev/hookline/internal/node/kinds"
	"hookline.dev/hookline/internal/node/notify"
	"hookline.dev/hookline/internal/node/request"
	scriptnode "hookline.dev/hookline/internal/node/script"
	"hookline.dev/hookline/internal/outbound"
	"hookline.dev/hookline/internal/script"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/store/blobdir"
	"hookline.dev/hookline/internal/telemetry/otlp"
	"hookline.dev/hookline/internal/telemetry/prom"
	"hookline.dev/hookline/internal/throttle"
	"hookline.dev/hookline/internal/variables"
	"hookline.dev/hookline/internal/vault"
	"hookline.dev/hookline/internal/watch"
)

// Options are what a program may set in addition to the server's settings.
type Options struct {
	Version string
	Log     *slog.Logger // nil: silent
	// Environ is the process environment that provides $env. nil means the environment of this process.
	Environ []string
	// ScriptCommand starts a script worker. nil means this binary.
	ScriptCommand []string
	// Driver opens the store. The zero value is the embedded store. Tests and measuring programs set their own.
	Driver store.Driver
}

// App is one server.
type App struct {
	config   config.Server
	opt      Options
	log      *slog.Logger
	store    store.Store
	blobs    *blobdir.Dir
	catalog  *catalog.Catalog
	engine   *engine.Engine
	janitor  *janitor.Janitor
	bulk     *bulk.Runner
	door     *ingress.Handler
	known    document.Known // what documents may refer to
	scripts  *script.Pool
	channels channel.Live // what nodes send through
	out      *outbound.Client
	live     *watch.Hub
	metrics  *prom.Metrics
	events   *eventLog
	tracer   *otlp.Tracer // nil: nothing is traced
	vars     *vault.Variables
	stored   *variables.Keeper
	auditor  *auditor
	lease    store.Lease // of the engine; its node number is part of every id
	ids      *ident.Source
	tester   *dryrun.Tester
	token    string
	accounts *auth.Service
	setUp    string // the token of the set-up link; "": there is an admin
	// statusKey signs status URLs.
	statusKey []byte
	admin     *listener
	hooks     *listener    // nil: the hooks share admin
	plain     *listener    // nil: no --http-listen
	certs     certificates // nil: plain HTTP
	group     *lifecycle.Group
	serving   atomic.Bool // true between the end of Start and the beginning of Stop
	prober    *prober     // of the store

	backingUp sync.Mutex // locked while a backup is made
}

// New opens the store and connects the parts. It serves nothing before Start. The caller must call Stop, even
// if Start fails.
func New(c config.Server, opt Options) (*App, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	if opt.Log == nil {
		opt.Log = slog.New(slog.DiscardHandler)
	}
	if opt.Environ == nil {
		opt.Environ = os.Environ()
	}
	a := &App{config: c, opt: opt, log: opt.Log, live: watch.NewHub(), vars: vault.FromEnviron(opt.Environ)}
	a.metrics, a.events = prom.New(opt.Version, a.stats), newEventLog(a.log, clock.System())
	if err := makeDir(c.Data); err != nil {
		return nil, err
	}
	if err := a.openCertificates(); err != nil {
		return nil, err
	}
	if err := a.openStore(); err != nil {
		a.closeCertificates()
		return nil, err
	}
	sweep(c.Data) // safe now, because the directory is locked
	if err := a.join(); err != nil {
		a.closeCertificates()
		a.closeStore()
		return nil, err
	}
	return a, nil
}

// blobsDir is the folder of large bodies and files in the data directory.
const blobsDir = "blobs"

// openStore opens the store in the data directory.
func (a *App) openStore() error {
	blobs, err := blobdir.Open(filepath.Join(a.config.Data, blobsDir), blobdir.Options{Room: a.diskRoom})
	if err != nil {
		return fault.Wrap("app.New", err)
	}
	s, err := a.driver().Open(store.Config{Dir: a.config.Data, Reserve: a.config.DiskReserve, Blobs: blobs})
	if err != nil {
		return fault.Wrap("app.New", err)
	}
	a.store, a.blobs = s, blobs
	a.prober = &prober{write: s.Ping, clock: clock.System()}
	if a.lease, err = s.Begin(clock.System().Now()); err != nil {
		a.closeStore()
		return fault.Wrap("app.New", err)
	}
	a.ids = ident.NewSource(clock.System(), a.lease.Node)
	return nil
}

// diskRoom reports why no blob may be written now.
func (a *App) diskRoom() error {
	if s, ok := a.store.(store.DiskRoom); ok {
		return s.Room()
	}
	return nil
}

// closeStore closes the store and unlocks the data directory.
func (a *App) closeStore() {
	if err := a.store.Close(); err != nil {
		a.log.Error("the store did not close cleanly", "error", err)
	}
}

// join creates the parts and connects them to each other.
func (a *App) join() (err error) {
	c := a.config
	if a.token, err = a.apiToken(); err != nil {
		return err
	}
	if err = a.openVariables(); err != nil {
		return err
	}
	statusKey, err := secret(c.Data, statusFile)
	if err != nil {
		return err
	}
	a.statusKey = []byte(statusKey)
	if a.scripts, err = script.New(script.Options{Command: a.opt.ScriptCommand, Workers: c.ScriptWorkers, Share: share(c)}); err != nil {
		return fault.As("app.New", fault.Internal, err, "cannot prepare the script workers")
	}
	a.out = a.newClient()
	a.tracer = a.newTracer([]byte(statusKey))
	a.known = document.Known{Presets: Presets(), Channels: channelkinds.Set(a.out), Kinds: kinds.Set(kinds.Deps{
		Scripts: a.scripts, ScriptDefaults: scriptnode.Defaults{Timeout: c.ScriptTimeout, Memory: c.ScriptMemory},
		Records: a.store, Request: request.Deps{Client: a.out, Files: nodeFiles{a.blobs}, Tokens: request.NewTokens()},
		Notify: notify.Deps{Channels: &a.channels, Files: a.blobs},
	}).WithMaxNodes(c.MaxNodes), Plain: func(name string) bool { return a.vars.Current().Plain(name) }}
	a.catalog = catalog.New(catalog.Options{
		Store: a.store, Known: a.known,
		Prepare: run.Prepare, Check: a.checkRoute, Now: clock.System().Now, Log: a.log,
	})
	a.engine = engine.New(a.store, a.catalog, a.vars, observers{a.live, a.metrics, a.events, a.tracer}, nil, clock.System(), a.log, engine.Options{
		Lease: a.lease, IDs: a.ids, Share: share(c), Backlog: int64(c.Backlog), Slots: c.Concurrency, HandOff: c.HandOff,
		StepResult: int(c.StepResult), TemplateOutput: int(c.TemplateOutput),
		Journal: advance.Limits{Steps: c.JournalSteps, Bytes: c.JournalBytes}, Tracer: a.engineTracer(),
	})
	a.auditor = a.newAuditor()
	a.janitor = a.newJanitor()
	a.door = a.newDoor()
	a.bulk = a.newBulk()
	a.tester = a.newTester()
	a.accounts = a.newAccounts()
	a.catalog.OnChannels(a.useChannels)
	a.catalog.OnChange(a.route)
	a.listen()
	return nil
}

// share is the part of what is scarce that one workflow gets.
func share(c config.Server) float64 { return float64(c.WorkflowShare) / 100 }

// apiToken returns the token in the settings, or the one in the data directory.
func (a *App) apiToken() (string, error) {
	if a.config.Token != "" {
		return a.config.Token, nil
	}
	return secret(a.config.Data, tokenFile)
}

// management returns the handler of the API.
func (a *App) management() http.Handler {
	return api.New(api.Deps{
		Backups: backups{a}, Workflows: workflows{a}, Executions: a.store, Deliveries: a.store, Records: a.store, Collections: collections{a}, Channels: channels{a},
		Drafts: a.catalog, Releases: a.catalog, Documents: documents{a}, Presets: a.known.Presets,
		Statistics: a.store, Room: a.diskRoom, Backlog: int64(a.config.Backlog),
		Variables: storedVariables{a, &usesCache{}}, Audit: a.auditor,
		Retries:  retries{a.newPlanner()},
		Replays:  a.newReplays(),
		Bulks:    bulks{a.bulk, a.store},
		Passes:   passes{a.door},
		Explains: explains{a.door},
		Engine:   a.engine, Live: liveView{a.live}, Samples: a.store, Stats: a.stats, Ready: a.isReady,
		Accounts: a.accounts, Proxies: clientip.NewProxies(config.Networks(a.config.TrustedProxies), a.config.ProxyHeader),
		SignOnURL: a.config.OIDCRedirectURL, BaseURL: a.HooksURL,
		Tests: tests{a}, Sends: sends{a},
		Clock: clock.System(), Log: a.log, Version: a.opt.Version,
	})
}

// newDoor creates the front door.
func (a *App) newDoor() *ingress.Handler {
	o := a.doorOptions(a.engine)
	o.Observer = observers{a.live, a.metrics, a.events, a.tracer}
	return ingress.New(o)
}

// doorOptions returns the settings of the front door.
func (a *App) doorOptions(runner ingress.Runner) ingress.Options {
	c := a.config
	return ingress.Options{
		Door: a.store, Blobs: a.blobs, Runner: runner, Waiting: a.engine, Executions: executions{a.store},
		IDs: a.ids, Clock: clock.System(),
		Key: a.statusKey, PublicURL: c.Public(), Credentials: vault.NewCredentials(auth.KeyPrefix, a.token),
		TrustedProxies: config.Networks(c.TrustedProxies), ProxyHeader: c.ProxyHeader,
		AllowIPs: config.Networks(c.AllowIPs), LockOut: lockOut(c),
		MaxBody: c.MaxBody, BodyMemory: c.BodyMemory, BodyTimeout: c.BodyTimeout, SyncTimeout: c.SyncTimeout,
		Backlog: int64(c.Backlog), Body: body.Limits{Depth: c.MaxDepth},
	}
}

// lockOut returns when addresses that send wrong secrets are locked out.
func lockOut(c config.Server) throttle.Rule {
	if c.AuthFailures == 0 {
		return throttle.Rule{Failures: -1}
	}
	return throttle.Rule{
		Failures: c.AuthFailures, Lock: c.AuthLockout, MaxLock: max(c.AuthLockout, ingress.DefaultMaxLock),
	}
}

// executions looks up executions for status URLs.
type executions struct{ history store.History }

// Lookup returns an execution.
func (e executions) Lookup(ctx context.Context, id ident.ID) (flow.Execution, error) {
	loaded, err := e.history.Load(ctx, id)
	return loaded.Execution, err
}

// Start loads the documents, starts the engine and serves. doc.go describes the order.
func (a *App) Start(ctx context.Context) error {
	if err := a.group.Start(ctx); err != nil {
		return err
	}
	a.serving.Store(true)
	return writeAddress(a.config.Data, a.address())
}

// Stop refuses new calls, waits for those under way, lets executions reach their next step, and closes the store.
// When ctx ends first, it interrupts the rest. Nothing that was acknowledged is lost either way.
func (a *App) Stop(ctx context.Context) error {
	a.serving.Store(false)
	a.door.Drain()
	defer a.hangUpInTime(ctx)()
	a.live.Close() // ends the live views, which the listener would otherwise wait for
	err := a.group.Stop(ctx)
	a.scripts.Close()
	a.out.Close()
	a.closeCertificates()
	a.closeStore()
	return err
}

// hangUpInTime ends the wait of sync callers after half of the grace period, or when ctx ends. The caller must
// call end when the stop is done.
func (a *App) hangUpInTime(ctx context.Context) (end func()) {
	half := a.config.Grace / 2
	waiting, cancel := context.WithTimeout(ctx, half)
	stop := context.AfterFunc(waiting, a.door.HangUp)
	return func() {
		stop()
		cancel()
	}
}

// isReady returns why the server cannot take calls, or nil.
func (a *App) isReady() error {
	if !a.serving.Load() {
		return fault.New("app.ready", fault.Unavailable, "starting or shutting down")
	}
	if err := a.engine.Healthy(); err != nil {
		return err
	}
	return a.prober.check()
}

// startFunc is a part that only has to be started.
type startFunc func() error

// Start calls the function.
func (s startFunc) Start(context.Context) error { return s() }

// Stop does nothing.
func (startFunc) Stop(context.Context) error { return nil }
