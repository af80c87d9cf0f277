package cli

import (
	"crypto/rand"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"

	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/value"
	"hookline.dev/hookline/internal/verify"
)

type signCmd struct {
	Target      string            `arg:"" name:"url" help:"The URL to call, e.g. https://hooks.example.com/api/webhooks/github-push."`
	Preset      string            `name:"preset" required:"" placeholder:"NAME" help:"The provider whose signature to make; see hookline presets ls."`
	Secret      string            `name:"secret" placeholder:"TEXT" help:"The shared secret. Use HOOKLINE_SECRET or --secret-file to keep it out of the shell history."`
	SecretFile  string            `name:"secret-file" placeholder:"FILE" help:"File to read the secret from. One trailing newline is removed."`
	Keys        map[string]string `name:"key" placeholder:"NAME=VALUE" mapsep:"none" help:"A value of keys in the document. May be repeated."`
	Body        string            `name:"body" placeholder:"FILE" help:"File with the body, sent unchanged; - for stdin. Default: no body."`
	Event       string            `name:"event" placeholder:"NAME" help:"Send the preset's sample of this event, instead of --body."`
	Method      string            `name:"method" default:"POST" placeholder:"METHOD" help:"The HTTP method."`
	Headers     []string          `name:"header" placeholder:"NAME: VALUE" sep:"none" help:"Additional header; it replaces a header of the preset with the same name. May be repeated."`
	ContentType string            `name:"content-type" placeholder:"TYPE" help:"Content type of the body. Default: application/json if the body is JSON, else text/plain."`
	ID          string            `name:"id" placeholder:"TEXT" help:"Delivery id, for providers that send one. Default: random."`
	SignURL     string            `name:"sign-url" placeholder:"URL" help:"The URL to sign, if the provider signs the URL and it differs from the one called."`
	Send        bool              `name:"send" help:"Send the call and print the response."`
}

// Help explains the verb.
func (signCmd) Help() string {
	return "Prints a curl command that is signed like a call from the provider, so that you can test a workflow without the provider. " +
		"The command contains the signature, not the secret, except for generic-token, where they are the same. A signed timestamp expires after the preset's tolerance. " +
		"With --send, the exit code is 1 if the response status is 400 or higher."
}

// maxSigned is the largest body to sign, in bytes. No preset allows more.
const maxSigned = 64 << 20

// Run prints or sends a signed call.
func (c *signCmd) Run(sys *system) error {
	if u, err := url.Parse(c.Target); err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		return &usageError{[]error{fmt.Errorf("%q is not a URL; write e.g. %s/api/webhooks/github-push", c.Target, defaultURL)}}
	}
	signer, info, err := c.signer(sys)
	if err != nil {
		return err
	}
	if c.Event != "" {
		return c.sample(sys, signer)
	}
	body, err := c.body(sys)
	if err != nil {
		return err
	}
	call, err := c.call(sys, signer, body)
	if err != nil {
		return err
	}
	if c.Send {
		return call.send(sys)
	}
	text, err := call.curl(c.Body)
	if err != nil {
		return err
	}
	fmt.Fprintln(raw(sys.stdout), text)
	if strings.Contains(info.Signs, "{ts}") && isTerminal(sys.stderr) {
		fmt.Fprintf(sys.stderr, "Valid for %s.\n", decode.FormatDuration(info.Tolerance))
	}
	return nil
}

// sample prints or sends a signed sample event.
func (c *signCmd) sample(sys *system, signer verify.Signer) error {
	if c.Body != "" {
		return &usageError{[]error{fmt.Errorf("give --body or --event, not both")}}
	}
	sample, err := sampleOf(c.Preset, c.Event, []string{c.Preset})
	if err != nil {
		return err
	}
	if c.ContentType == "" {
		c.ContentType = sample.ContentType
	}
	for _, h := range sample.Headers {
		c.Headers = append(c.Headers, h.Name+": "+h.Value)
	}
	call, err := c.call(sys, signer, sample.Body(sys.clock.Now()))
	if err != nil || c.Send {
		if err == nil {
			err = call.send(sys)
		}
		return err
	}
	text, err := call.curl("-")
	if err == nil {
		fmt.Fprintln(raw(sys.stdout), text)
	}
	return err
}

// signer compiles the preset with the values of the flags.
func (c *signCmd) signer(sys *system) (verify.Signer, verify.Info, error) {
	p, err := findPreset(c.Preset)
	if err != nil {
		return nil, verify.Info{}, err
	}
	if _, secrets := presetNeeds(p); !secrets {
		return nil, verify.Info{}, fault.New("cli.sign", fault.Unsupported, "only the provider can sign as %s: its calls are signed with a private key", c.Preset)
	}
	secret, err := c.secret(sys)
	if err != nil {
		return nil, verify.Info{}, err
	}
	v, problems := p.Compile(verify.Config{Secrets: []string{secret}, Keys: c.Keys})
	var errs []error
	for _, problem := range problems {
		path := problem.Path
		if strings.HasPrefix(path, "secrets") {
			path = "--secret"
		} else if name, ok := strings.CutPrefix(path, "keys."); ok {
			path = "--key " + name
		}
		errs = append(errs, fmt.Errorf("%s: %s", path, problem.Message))
	}
	if errs != nil {
		return nil, verify.Info{}, &usageError{errs}
	}
	signer, ok := v.(verify.Signer)
	if !ok {
		return nil, verify.Info{}, fault.New("cli.sign", fault.Unsupported, "only the provider can make the signature of %s", c.Preset)
	}
	return signer, p.Info(), nil
}

func (c *signCmd) secret(sys *system) (string, error) {
	text := sys.env[envName("secret")]
	switch {
	case c.Secret != "" && c.SecretFile != "":
		return "", &usageError{[]error{fmt.Errorf("give --secret or --secret-file, not both")}}
	case c.Secret != "":
		text = c.Secret
	case c.SecretFile != "":
		file, err := readSmall(c.SecretFile)
		if err != nil {
			return "", fault.As("cli.sign", fault.NotFound, err, "--secret-file: cannot read %s: %v", c.SecretFile, reason(err))
		}
		text = strings.TrimSuffix(strings.TrimSuffix(string(file), "\n"), "\r")
	}
	if text == "" {
		return "", &usageError{[]error{fmt.Errorf("no secret: set --secret-file, %s or --secret", envName("secret"))}}
	}
	return text, nil
}

func (c *signCmd) body(sys *system) ([]byte, error) {
	in := sys.stdin
	switch c.Body {
	case "":
		return nil, nil
	case "-":
	default:
		f, err := os.Open(c.Body)
		if err != nil {
			return nil, fault.As("cli.sign", fault.NotFound, err, "--body: cannot read %s: %v", c.Body, reason(err))
		}
		defer f.Close()
		in = f
	}
	body, err := io.ReadAll(io.LimitReader(in, maxSigned+1))
	if err != nil {
		return nil, fault.As("cli.sign", fault.Invalid, err, "--body: cannot read %s: %v", c.Body, reason(err))
	}
	if len(body) > maxSigned {
		return nil, fault.New("cli.sign", fault.TooLarge, "--body: the body is larger than 64 MiB")
	}
	return body, nil
}

// call collects the headers: the given ones, the content type, and those of the preset. Given headers take
// precedence.
func (c *signCmd) call(sys *system, signer verify.Signer, body []byte) (*signedCall, error) {
	call := &signedCall{method: strings.ToUpper(c.Method), url: c.Target, body: body}
	given := http.Header{}
	for _, line := range c.Headers {
		name, text, ok := strings.Cut(line, ":")
		text = strings.TrimSpace(text)
		if !ok || !validHeader(name, text) {
			return nil, &usageError{[]error{fmt.Errorf("--header: %q is not a header; write 'Name: value'", line)}}
		}
		given.Add(name, text)
		call.headers = append(call.headers, hook.Header{Name: name, Value: text})
	}
	if typ := c.contentType(body); typ != "" && given.Get("Content-Type") == "" {
		given.Set("Content-Type", typ)
		call.headers = append(call.headers, hook.Header{Name: "Content-Type", Value: typ})
	}
	id := c.ID
	if id == "" {
		id = "msg_" + strings.ToLower(rand.Text())
	}
	lines, err := signer.Sign(c.signedAs(sys, given, body), id)
	if err != nil {
		return nil, err
	}
	for _, h := range lines {
		if _, ok := given[http.CanonicalHeaderKey(h.Name)]; !ok {
			call.headers = append(call.headers, h)
		}
	}
	return call, nil
}

// signedAs returns the call in the form that the preset signs.
func (c *signCmd) signedAs(sys *system, header http.Header, body []byte) verify.Call {
	call := verify.Call{Method: strings.ToUpper(c.Method), URL: c.SignURL, Header: header, Body: body, At: sys.clock.Now()}
	if call.URL == "" {
		call.URL, _, _ = strings.Cut(c.Target, "#")
	}
	_, call.Query, _ = strings.Cut(call.URL, "?")
	return call
}

func (c *signCmd) contentType(body []byte) string {
	if c.ContentType != "" || len(body) == 0 {
		return c.ContentType
	}
	if _, err := value.ParseBytes(body, value.Limits{Bytes: maxSigned}); err == nil {
		return "application/json"
	}
	return "text/plain; charset=utf-8"
}

// validHeader reports whether curl and HTTP accept the line as one header.
func validHeader(name, text string) bool {
	if name == "" || strings.ContainsAny(name, " \t\r\n;()<>@,\\\"/[]?={}") {
		return false
	}
	return !strings.ContainsAny(text, "\r\n\x00")
}
