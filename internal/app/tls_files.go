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
	// lookAgain is how often the files of a certificate are looked at. They are read whole: the time
	// of a file says nothing where links are changed, as certbot and Kubernetes do.
	lookAgain = 30 * time.Second
	// maxPEM bounds a file of certificates or keys, in bytes.
	maxPEM = 1 << 20
	// soon is how long before its end a certificate is warned of.
	soon = 14 * 24 * time.Hour
)

// files is the certificate of --tls-cert and --tls-key. A pair that became wrong, as while one of two
// files is written, changes nothing: the old one stays until both fit again.
type files struct {
	certFile, keyFile string
	log               *slog.Logger
	now               func() time.Time

	current atomic.Pointer[tls.Certificate]
	stop    context.CancelFunc
	done    chan struct{}

	mu      sync.Mutex
	tried   [sha256.Size]byte // the content that was read last
	problem string            // that was told last
}

// loadFiles reads a certificate and its key.
func loadFiles(certFile, keyFile string, log *slog.Logger) (*files, error) {
	f := &files{certFile: certFile, keyFile: keyFile, log: log, now: clock.System().Now}
	return f, f.load()
}

// Certificate is for tls.Config.GetCertificate.
func (f *files) Certificate(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	return f.current.Load(), nil
}

// Protocols are none.
func (f *files) Protocols() []string { return nil }

// Answering has nothing to answer.
func (f *files) Answering(next http.Handler) http.Handler { return next }

// Close has nothing to give up.
func (f *files) Close() {}

// load reads the files and takes what is new in them.
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
	if sum == f.tried && f.current.Load() != nil && f.problem == "" {
		return nil
	}
	f.tried = sum
	pair, err := tls.X509KeyPair(cert, key)
	if err != nil {
		return fault.As("app.certificate", fault.Invalid, err, "--tls-cert %s and --tls-key %s: %v", f.certFile, f.keyFile, err)
	}
	f.current.Store(&pair)
	f.tell(&pair)
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

// tell logs what a new certificate is for.
func (f *files) tell(pair *tls.Certificate) {
	left := pair.Leaf.NotAfter.Sub(f.now())
	line := f.log.Info
	if left < soon {
		line = f.log.Warn
	}
	line("certificate loaded", "file", f.certFile, "names", pair.Leaf.DNSNames, "until", pair.Leaf.NotAfter, "days", int(left/(24*time.Hour)))
}

// reload takes new files. What is wrong with them is logged once.
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

// Start looks at the files from time to time.
func (f *files) Start(context.Context) error {
	ctx, cancel := context.WithCancel(context.Background())
	f.stop, f.done = cancel, make(chan struct{})
	go f.look(ctx) //nolint:contextcheck // the context of a start ends with the start
	return nil
}

// look takes new files until ctx ends.
func (f *files) look(ctx context.Context) {
	defer close(f.done)
	tick := time.NewTicker(lookAgain)
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

// Stop ends that.
func (f *files) Stop(context.Context) error {
	if f.stop == nil {
		return nil
	}
	f.stop()
	<-f.done
	return nil
}

// names are those that a client may ask for; the first is good to verify by.
func (f *files) names() []string {
	leaf := f.current.Load().Leaf
	names := append([]string(nil), leaf.DNSNames...)
	for _, ip := range leaf.IPAddresses {
		names = append(names, ip.String())
	}
	return names
}
