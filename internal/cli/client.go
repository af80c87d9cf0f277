package cli

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"hookline.dev/hookline/internal/app"
	"hookline.dev/hookline/internal/config"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/value"
)

// Files in the data directory. The server writes them, and clients on the same machine read them.
const (
	addressFile = "server.json"
	tokenFile   = "token"
	// databaseFile is there if the directory belongs to a server. Clients do not read it.
	databaseFile = "hookline.db"
)

// The limits of a client.
const (
	defaultURL    = "http://" + config.DefaultListen
	clientTimeout = 30 * time.Second
	longTimeout   = 24 * time.Hour // for requests that process a whole collection
	maxAnswer     = 256 << 20      // largest response, in bytes
	maxSmallFile  = 64 << 10       // largest token or address file, in bytes
)

// clientFlags select the server that a command talks to.
type clientFlags struct {
	URL       string `name:"url" placeholder:"URL" help:"Base URL of the API. Default: the server that uses --data, else ${url}." group:"client"`
	Token     string `name:"token" help:"API token. Default: the contents of the file token in --data." group:"client"`
	TokenFile string `name:"token-file" placeholder:"FILE" help:"File to read --token from." group:"client"`
	Data      string `name:"data" placeholder:"DIR" default:"${data}" help:"The server's data directory, if the server runs on this machine." group:"client"`
	Profile   string `name:"profile" placeholder:"NAME" help:"Server and API key that hookline login has stored; local: the server of --data. Default: the one in use." group:"client"`

	choice *choice // nil: no profile
}

// chooses lets the flags select a profile. Main calls it before a verb runs.
func (f *clientFlags) chooses(c *choice) { f.choice = c }

// client calls the API of a server.
type client struct {
	base    string
	token   string
	http    *http.Client
	timeout time.Duration // of one request
	ifMatch string        // the ETag that changes are made for; "": none
	profile string        // the name of the profile; "": none
}

// open returns a client for the server that the flags select.
func (f *clientFlags) open() (*client, error) {
	if f.choice != nil {
		name, p, err := f.choice.profile(f)
		if err != nil {
			return nil, err
		}
		if p != nil {
			return &client{base: p.URL, http: newHTTP(nil), timeout: clientTimeout, token: p.Key, profile: name}, nil
		}
	}
	c := &client{base: f.base(), http: f.http(), timeout: clientTimeout}
	u, err := url.Parse(c.base)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		return nil, &usageError{[]error{fmt.Errorf("--url: %q is not a URL; write e.g. %s", c.base, defaultURL)}}
	}
	c.token, err = f.token()
	return c, err
}

// base returns the API's base URL: the --url flag, or the address that the server of --data wrote, or the
// default.
func (f *clientFlags) base() string {
	if f.URL != "" {
		return strings.TrimRight(f.URL, "/")
	}
	if address := f.address(); address.API != "" {
		return strings.TrimRight(address.API, "/")
	}
	return defaultURL
}

// stopped reports whether the flags select a data directory on this machine whose server is not running.
func (f *clientFlags) stopped() bool {
	if f.choice != nil {
		if _, p, err := f.choice.profile(f); p != nil || err != nil {
			return false // open returns the error
		}
	}
	_, err := os.Stat(filepath.Join(f.Data, databaseFile))
	return f.URL == "" && err == nil && !locked(f.Data)
}

// address returns the address that the server of --data wrote, or a zero Address if there is none.
func (f *clientFlags) address() (a app.Address) {
	text, err := readSmall(filepath.Join(f.Data, addressFile))
	if err != nil || json.Unmarshal(text, &a) != nil {
		return app.Address{}
	}
	return a
}

// http returns a client that verifies the certificate of the server of --data. The certificate has another name
// than the address that the client connects to.
func (f *clientFlags) http() *http.Client {
	address := f.address()
	if f.URL != "" || address.Name == "" {
		return newHTTP(nil)
	}
	to := &tls.Config{MinVersion: tls.VersionTLS12, ServerName: address.Name}
	if text, err := readSmall(address.Roots); err == nil {
		if to.RootCAs, err = x509.SystemCertPool(); err != nil {
			to.RootCAs = x509.NewCertPool()
		}
		to.RootCAs.AppendCertsFromPEM(text)
	}
	return newHTTP(to)
}

// newHTTP returns a client that follows no redirects, because a credential is for one address. to may be nil.
func newHTTP(to *tls.Config) *http.Client {
	c := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	if to != nil {
		c.Transport = &http.Transport{TLSClientConfig: to, ForceAttemptHTTP2: true}
	}
	return c
}

func (f *clientFlags) token() (string, error) {
	if f.Token != "" {
		return f.Token, nil
	}
	name := f.TokenFile
	if name == "" {
		name = filepath.Join(f.Data, tokenFile)
	}
	text, err := readSmall(name)
	if errors.Is(err, os.ErrNotExist) && f.TokenFile == "" {
		return "", fault.New("cli.token", fault.NotFound,
			"no token: %s does not exist; set --data to the server's data directory, or set --token or %s", name, envName("token"))
	}
	if err != nil {
		return "", fault.As("cli.token", fault.Forbidden, err, "cannot read the token from %s: %v", name, reason(err))
	}
	return strings.TrimSpace(string(text)), nil
}

// readSmall reads a file of at most maxSmallFile bytes.
func readSmall(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, maxSmallFile))
}

// get requests path and decodes the response into out.
func (c *client) get(path string, query url.Values, out any) error {
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	return c.call(http.MethodGet, path, out)
}

// post sends an empty POST and decodes the response into out.
func (c *client) post(path string, out any) error { return c.call(http.MethodPost, path, out) }

// send sends a JSON value, or no body if it is missing, and decodes the response into out unless that is nil.
func (c *client) send(method, path string, query url.Values, v value.Value, out any) error {
	if v.IsMissing() {
		return c.sendText(method, path, query, "", "", out)
	}
	return c.sendText(method, path, query, "application/json", v.Text(), out)
}

// sendText sends a body and decodes the response into out unless that is nil.
func (c *client) sendText(method, path string, query url.Values, contentType, body string, out any) error {
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	ctx, cancel := context.WithTimeout(context.Background(), c.timeout)
	defer cancel()
	res, err := c.request(ctx, method, path, contentType, body)
	if err != nil {
		return err
	}
	return c.read(res, out)
}

func (c *client) call(method, path string, out any) error {
	ctx, cancel := context.WithTimeout(context.Background(), c.timeout)
	defer cancel()
	res, err := c.do(ctx, method, path)
	if err != nil {
		return err
	}
	return c.read(res, out)
}

// read decodes a response into out unless that is nil, and closes its body.
func (c *client) read(res *http.Response, out any) error {
	defer res.Body.Close()
	if out == nil {
		return nil
	}
	text, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer+1))
	if err != nil {
		return fault.As("cli.call", fault.Unavailable, err, "the connection to %s was lost during the response: %v", c.base, err)
	}
	if len(text) > maxAnswer {
		return fault.New("cli.call", fault.TooLarge, "the response of %s is larger than %s", c.base, config.FormatSize(maxAnswer))
	}
	if err := json.Unmarshal(text, out); err != nil {
		return fault.As("cli.call", fault.Invalid, err, "the response of %s is not from Hookline: %v; check --url", c.base, err)
	}
	return nil
}

// do sends a request without a body; see request.
func (c *client) do(ctx context.Context, method, path string) (*http.Response, error) {
	return c.request(ctx, method, path, "", "")
}

// request sends a request. It returns a 2xx response, whose body the caller must close, and turns any other
// into an error.
func (c *client) request(ctx context.Context, method, path, contentType, body string) (*http.Response, error) {
	header := http.Header{}
	if contentType != "" {
		header.Set("Content-Type", contentType)
	}
	return c.requestWith(ctx, method, path, header, body)
}

// requestWith is request with any headers.
func (c *client) requestWith(ctx context.Context, method, path string, header http.Header, body string) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, method, c.base+path, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header = header
	req.Header.Set("Authorization", "Bearer "+c.token)
	if c.ifMatch != "" && method != http.MethodGet {
		req.Header.Set("If-Match", c.ifMatch)
	}
	res, err := c.http.Do(req)
	switch {
	case err != nil:
		return nil, c.unreachable(err)
	case res.StatusCode/100 == 2:
		return res, nil
	}
	defer res.Body.Close()
	return nil, c.problem(res)
}

// text returns a response that is text.
func (c *client) text(path string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), c.timeout)
	defer cancel()
	res, err := c.do(ctx, http.MethodGet, path)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	if err != nil {
		return "", fault.As("cli.text", fault.Unavailable, err, "the connection to %s was lost during the response: %v", c.base, err)
	}
	return string(text), nil
}
