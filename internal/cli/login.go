package cli

import (
	"cmp"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"os"
	"strings"
	"time"

	authentication "hookline.dev/hookline/internal/auth"
	"hookline.dev/hookline/internal/fault"
)

// keyPrefix begins every API key.
const keyPrefix = authentication.KeyPrefix

type loginCmd struct {
	URL          string        `arg:"" optional:"" help:"The server, e.g. https://hooks.example.com. Default: that of the profile, to sign in again."`
	Profile      string        `name:"profile" placeholder:"NAME" help:"Name of the profile. Default: the host of the URL."`
	Email        string        `name:"email" placeholder:"EMAIL" help:"E-mail address. Default: it is asked for on a terminal."`
	PasswordFile string        `name:"password-file" placeholder:"FILE" help:"File to read the password from; - for standard input. Default: it is asked for on a terminal, else read from standard input."`
	Key          bool          `name:"key" help:"Sign in with an API key instead: from HOOKLINE_TOKEN, else asked for on a terminal, else read from standard input."`
	KeyFile      string        `name:"key-file" placeholder:"FILE" help:"Sign in with the API key in this file; - for standard input."`
	Expires      time.Duration `name:"expires" default:"90d" placeholder:"DURATION" help:"How long the sign-in with a password lasts."`
	PlainHTTP    bool          `name:"plain-http" help:"Allow http:// to another machine. Whoever can read the traffic can then use the server as you."`
}

// Help explains the verb.
func (loginCmd) Help() string {
	return "Stores a server and an API key for it as a profile, which all commands use from then on. With an e-mail address and a password, the server makes a key " +
		"for this machine, which hookline logout deletes again; the password is not stored. People who sign in with a provider paste an API key: --key. " +
		"Profiles are in hookline/profiles.json in the user's configuration directory, which only the user may read. hookline profiles use local goes back to the server on this machine."
}

// Run signs in.
func (c *loginCmd) Run(sys *system) error {
	all, err := sys.profiles()
	if err != nil {
		return err
	}
	if c.URL == "" {
		name := cmp.Or(c.Profile, all.Current)
		if all.Of[name].URL == "" {
			return &usageError{[]error{errors.New("URL: which server? Write e.g. hookline login https://hooks.example.com")}}
		}
		c.URL, c.Profile = all.Of[name].URL, name
	}
	to, err := serverURL(c.URL, c.PlainHTTP)
	if err != nil {
		return err
	}
	name := cmp.Or(c.Profile, to.Host)
	if err := checkProfileName(name); err != nil {
		return err
	}
	server := &client{base: to.String(), http: newHTTP(nil), timeout: clientTimeout}
	made, err := c.signIn(sys, server)
	if err != nil {
		return err
	}
	was := all.Of[name]
	all.Of[name], all.Current = made, name
	if err := all.save(); err != nil {
		return errors.Join(err, revoke(made))
	}
	if err := revoke(was); err != nil {
		fmt.Fprintf(sys.stderr, "The key of the earlier sign-in is still valid: %s\n", message(err))
	}
	fmt.Fprintf(sys.stdout, "Signed in at %s as %s (%s). Commands now use the profile %s.\n", made.URL, made.User, made.Role, name)
	if !made.Expires.IsZero() {
		fmt.Fprintf(sys.stdout, "It lasts until %s.\n", sys.when(made.Expires))
	}
	return nil
}

// signIn returns a profile with a key that the server has accepted.
func (c *loginCmd) signIn(sys *system, server *client) (profile, error) {
	options, err := server.signInOptions()
	if err != nil {
		return profile{}, err
	}
	if c.Key || c.KeyFile != "" {
		key, err := c.key(sys)
		if err != nil {
			return profile{}, err
		}
		return server.withKey(key)
	}
	if !isTerminal(sys.stdin) && c.Email == "" {
		return profile{}, &usageError{[]error{errors.New("--email: say who signs in; the password is then read from standard input")}}
	}
	if options.Provider != "" {
		fmt.Fprintln(sys.stderr, "If you have no password here, because you sign in with a provider, use an API key: --key")
	}
	email := c.Email
	if email == "" {
		if email, err = sys.line("E-mail address"); err != nil {
			return profile{}, err
		}
	}
	password := ""
	if c.PasswordFile != "" {
		password, _, err = sys.password(c.PasswordFile)
	} else {
		password, err = sys.secret("Password")
	}
	if err != nil {
		return profile{}, err
	}
	return server.withPassword(email, password, sys.clock.Now().Add(c.Expires))
}

// key returns the API key to sign in with.
func (c *loginCmd) key(sys *system) (key string, err error) {
	switch {
	case c.KeyFile != "" && c.KeyFile != "-":
		var text []byte
		if text, err = readSmall(c.KeyFile); err != nil {
			return "", fault.As("cli.login", fault.Invalid, err, "--key-file: cannot read %s: %v", c.KeyFile, reason(err))
		}
		key = string(text)
	case c.KeyFile == "" && sys.env[envName("token")] != "":
		key = sys.env[envName("token")]
	default:
		if key, err = sys.secret("API key"); err != nil {
			return "", err
		}
	}
	if key = strings.TrimSpace(key); !strings.HasPrefix(key, keyPrefix) {
		return "", fault.New("cli.login", fault.Invalid, "this is not an API key: one begins with %s, and hookline keys create makes it", keyPrefix)
	}
	return key, nil
}

// serverURL returns the base URL of a server, with https:// if the text has no scheme.
func serverURL(text string, plainHTTP bool) (*url.URL, error) {
	wrong := func(format string, args ...any) (*url.URL, error) {
		return nil, &usageError{[]error{fmt.Errorf("URL: "+format, args...)}}
	}
	if !strings.Contains(text, "://") {
		text = "https://" + text
	}
	u, err := url.Parse(strings.TrimRight(text, "/"))
	switch {
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		return wrong("this is not the URL of a server; write e.g. https://hooks.example.com")
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return wrong("leave out the name, password, query and fragment")
	case u.Scheme == "http" && !plainHTTP && !isLoopback(u.Hostname()):
		return wrong("http:// would send the password and the key to %s without encryption: use https://, or --plain-http if nobody else can read the traffic", u.Hostname())
	}
	return u, nil
}

// isLoopback reports whether a host is this machine.
func isLoopback(host string) bool {
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.Unmap().IsLoopback()
}

// machine names this machine.
func machine() string {
	name, err := os.Hostname()
	if err != nil {
		return "this machine"
	}
	return clip(name, 100)
}
