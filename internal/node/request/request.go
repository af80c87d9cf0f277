package request

import (
	"io"
	"strings"
	"time"

	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/node"
	"hookline.dev/hookline/internal/outbound"
	"hookline.dev/hookline/internal/value"
)

// The defaults and limits (SPEC §10).
const (
	DefaultTimeout     = 30 * time.Second
	MaxTimeout         = 10 * time.Minute
	DefaultMaxResponse = 5 << 20 // bytes
	redirects          = 10
)

type config struct {
	// The method. Default `GET`, or `POST` if there is a body.
	Method string `json:"method" max:"32"`
	// Where to send the request: an http or https URL. May use secrets. Addresses that are not public are refused
	// unless the server was started with `--allow-outbound`.
	URL string `json:"url" required:"true" secret:"true" max:"8192"`
	// Parameters that are appended to the URL: `{name: value}`, or a list of `{name, value}`. A list as a value
	// repeats the name; null omits it. May use secrets.
	Query value.Value `json:"query" secret:"true"`
	// Header lines, in the same forms as `query`. May use secrets. `Idempotency-Key` is added to each request: it is
	// the same when the request is repeated after a crash or by `retry`, so that the other side can recognize it.
	// If the server exports traces, `traceparent` and `tracestate` are added, unless there is a `traceparent` here.
	Headers value.Value `json:"headers" secret:"true"`
	// What is sent. Objects, lists and numbers keep their exact JSON text. For `form` and `multipart`: an object of
	// names and texts, or a list of `{name, value}`; in a multipart list also `{name, file}`, where `file` is one of
	// `$context.files`, a file of a record, or a list of those, and `filename` and `type` override its own. May use
	// secrets.
	Body value.Value `json:"body" secret:"true"`
	// How the body is encoded: `json`, `form`, `multipart`, `text`, `raw` (a text as it is, labeled by
	// `headers`), or a media type such as `application/xml`, which labels a text. Default: `text` for a text,
	// else `json`. No template.
	ContentType string `json:"contentType" max:"200"`
	// The credentials. One of its fields.
	Auth *auth `json:"auth"`
	// Signs the request, so that the other side can verify who sent it. One of its fields.
	Sign *signing `json:"sign"`
	// How long the request may take, with redirects and the whole response. Default `30s`.
	Timeout time.Duration `json:"timeout" min:"1ms" max:"10m"`
	// Whether redirects are followed, at most 10. Credentials and all headers that do not describe the content are
	// dropped when a redirect leads to another origin. Default true.
	FollowRedirects bool `json:"followRedirects"`
	// The statuses that count as success: numbers, ranges such as `200-299`, and classes such as `2xx`. Default
	// `2xx`. Any other status fails the node with the code `status`. A retry can follow 408, 425, 429 and 5xx, not
	// before the time that the response asks for (Retry-After).
	OKStatus statuses `json:"okStatus"`
	// The largest response. Default `5MiB`. `--step-result` limits the result of the node, too.
	MaxResponse decode.Size `json:"maxResponse" min:"1KiB" max:"64MiB"`
	// Makes the body of the response the result.
	OnlyData bool `json:"onlyData"`
	// Makes every response a success, and everything else that fails the result `{error: {code, message}}`. The codes are
	// `network`, `refused`, `timeout`, `too-large` and `token`. Nothing is left for `retry` and `onError` then.
	IgnoreFail bool `json:"ignoreFail"`
	// Stores the body of a response that is a success as a file with this name, e.g. `invoice.pdf`. The result is then
	// `{status, headers, file}`, or the file alone with `onlyData`; a file field of a record, and `body` of a multipart
	// request, take it. It is kept as long as the call, or a record with it. What is in it is not masked.
	SaveAs string `json:"saveAs" max:"255"`
}

// Hint recognizes other products' names for the fields.
func (config) Hint(field string) string {
	switch field {
	case "uri", "endpoint":
		return `write "url" for ` + decode.Quote(field)
	case "json", "payload", "form", "formData", "content":
		return `write "body: …", and "contentType" for how it is encoded`
	case "qs", "queryParameters", "searchParams":
		return `write "query" for ` + decode.Quote(field)
	case "header":
		return `write "headers"`
	case "authentication", "credentials":
		return `write "auth: {bearer: …}", or basic, header or oauth2`
	case "retry", "retries":
		return `write "retry: {attempts: 3}" next to config`
	default:
		return ""
	}
}

// Files stores files under their hash.
type Files interface {
	// Open returns the content of a file. The error is of kind fault.NotFound for one that does not exist.
	Open(sha256 string) (content io.ReadCloser, size int64, err error)
	// Create begins a file, which ends with Keep or Discard.
	Create() (File, error)
	// Unpin ends the protection that Keep gives a file to which nothing refers yet.
	Unpin(sha256 string)
}

// File receives the content of one file.
type File interface {
	io.Writer
	Keep() (sha256 string, size int64, err error)
	Discard()
}

// Deps are the dependencies of running nodes. Checking documents needs none of them.
type Deps struct {
	Client *outbound.Client
	Files  Files
	Tokens *Tokens
}

type kind struct{ deps Deps }

// New returns the kind.
func New(d Deps) node.Kind { return kind{d} }

func (kind) Info() node.Info {
	return node.Info{
		Type:    "request",
		Summary: "Sends an HTTP request and returns the response.",
		Result: "`{status, headers, body}`; names of headers are in lower case. The body is exact JSON if the response says that it is JSON, " +
			"else a text; content that is not text is base64, with `encoding: base64` beside it.",
		Effect:  node.Outbound,
		Timeout: MaxTimeout + time.Minute, // the config's own timeout ends it before
	}
}

func (k kind) Compile(raw value.Value, about node.About) (node.Node, []decode.Problem) {
	cfg := config{Timeout: DefaultTimeout, FollowRedirects: true, MaxResponse: DefaultMaxResponse, OKStatus: statuses{{200, 299}}}
	r := node.Translated("request", raw, &cfg, about)
	n := &request{config: cfg, deps: k.deps, encoding: encodingOf(cfg.ContentType)}
	if r.Clean() {
		n.check(r)
	}
	n.privateBody = strings.Contains(cfg.Body.Text(), "$env")
	n.Rendered = r.Template()
	return r.Done(n)
}

type request struct {
	node.Rendered
	config      config
	deps        Deps
	encoding    encoding
	privateBody bool // the body may contain secrets
	signer      *signer
}
