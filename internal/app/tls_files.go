package app

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"io"
	"log/slog"
	"net/http"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/fault"
)

const (
	// reloadEvery is how often the certificate files are read. Modification times are not compared, because
	// certbot and Kubernetes replace links instead of files.
	reloadEvery = 30 * time.Second
	// maxPEM is the largest file of certificates or keys, in bytes.
	maxPEM = 1 << 20
	// warnBefore is how long before a certificate's expiry a warning is logged.
	warnBefore = 14 * 24 * time.Hour
)

// files is the certificate of --tls-cert and --tls-key. While the two files do not match, for example because
// only one of them has been written, the old certificate stays in use.
type files struct {
	certFile, keyFile string
	log               *slog.Logger
	now               func() time.Time

	current atomic.Pointer[tls.Certificate] // read by every handshake, without a lock
	stop    context.CancelFunc
	done    chan struct{} // closed when watch has ended

	mu       sync.Mutex        // serialises reloads by the goroutine and by SIGHUP; guards the fields below
	lastRead [sha256.Size]byte // hash of the last content read
	problem  string            // the last problem logged
}

// loadFiles reads a certificate and its key.
func loadFiles(certFile, keyFile string, log *slog.Logger) (*files, error) {
	f := &files{certFile: certFile, keyFile: keyFile, log: log, now: clock.System().Now}
	return f, f.load()
}

// Certificate implements tls.Config.GetCertificate.
func (f *files) Certificate(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	return f.current.Load(), nil
}

// Protocols returns none.
func (f *files) Protocols() []string { return nil }

// Answering returns next: there are no challenges.
func (f *files) Answering(next http.Handler) http.Handler { return next }

// Close does nothing.
func (f *files) Close() {}

// load reads the files, and uses the certificate if they have changed.
func (f *files) load() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	cert, err := readPEM("--tls-cert", f.certFile)
	if err != nil {
		return err
	}
	key, err := readPEM("--tls-key", f.keyFile)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(bytes.Join([][]byte{cert, key}, []byte{0}))
	if sum == f.lastRead && f.current.Load() != nil && f.problem == "" {
		return nil
	}
	f.lastRead = sum
	pair, err := tls.X509KeyPair(cert, key)
	if err != nil {
		return fault.As("app.certificate", fault.Invalid, err, "--tls-cert %s and --tls-key %s: %v", f.certFile, f.keyFile, err)
	}
	f.current.Store(&pair)
	f.logLoaded(&pair)
	return nil
}

// readPEM reads a file that a flag names.
func readPEM(flag, name string) ([]byte, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, fault.As("app.certificate", fault.Invalid, err, "%s: cannot read %s: %s", flag, name, cause(err))
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, maxPEM))
	if err != nil {
		return nil, fault.As("app.certificate", fault.Invalid, err, "%s: cannot read %s: %s", flag, name, cause(err))
	}
	return text, nil
}

// logLoaded logs the names and expiry of a new certificate.
func (f *files) logLoaded(pair *tls.Certificate) {
	left := pair.Leaf.NotAfter.Sub(f.now())
	line := f.log.Info
	if left < warnBefore {
		line = f.log.Warn
	}
	line("certificate loaded", "file", f.certFile, "names", pair.Leaf.DNSNames, "until", pair.Leaf.NotAfter, "days", int(left/(24*time.Hour)))
}

// reload loads the files again. The same problem is logged only once.
func (f *files) reload() {
	err := f.load()
	f.mu.Lock()
	defer f.mu.Unlock()
	if err == nil {
		f.problem = ""
		return
	}
	if text := fault.Message(err); text != f.problem {
		f.problem = text
		f.log.Error("the certificate was not loaded; the old one stays", "error", text)
	}
}

// Start begins to read the files every reloadEvery.
func (f *files) Start(context.Context) error {
	ctx, cancel := context.WithCancel(context.Background())
	f.stop, f.done = cancel, make(chan struct{})
	go f.watch(ctx) // Start's context ends when the start does
	return nil
}

// watch reloads the files until ctx ends.
func (f *files) watch(ctx context.Context) {
	defer close(f.done)
	tick := time.NewTicker(reloadEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			f.reload()
		}
	}
}

// Stop ends the goroutine of Start and waits for it.
func (f *files) Stop(context.Context) error {
	if f.stop == nil {
		return nil
	}
	f.stop()
	<-f.done
	return nil
}

// names returns the names in the certificate.
func (f *files) names() []string {
	leaf := f.current.Load().Leaf
	names := append([]string(nil), leaf.DNSNames...)
	for _, ip := range leaf.IPAddresses {
		names = append(names, ip.String())
	}
	return names
}
