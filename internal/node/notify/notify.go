package notify

import (
	"html"
	"io"
	"time"

	"hookline.dev/hookline/internal/channel"
	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/markdown"
	"hookline.dev/hookline/internal/node"
	"hookline.dev/hookline/internal/value"
)

type config struct {
	// The name of the channel. No template.
	Channel string `json:"channel" required:"true"`
	// Who gets the message: one recipient or a list, such as `"{{$nodes.find.email}}"`. Each recipient gets a
	// message of its own. Empty entries are left out, and repeated ones get one message. What a recipient is depends
	// on the channel. Leave it out for a channel that has its own.
	To value.Value `json:"to" secret:"true"`
	// The subject, in one line. A channel without subjects shows it in bold above the text.
	Subject string `json:"subject"`
	// The text, in Markdown: `**bold**`, `_italic_`, `[text](https://…)`, lists, quotes, code. Each channel gets it
	// in its own form, cut at the provider's limit.
	Text string `json:"text"`
	// The message as HTML, for a channel that can show it; `text` is then its alternative.
	HTML string `json:"html"`
	// Whether what templates put into `text` and `html` is escaped, so that a sender's data stays data. Set it to
	// false for data that is Markdown or HTML on purpose.
	Escape bool `json:"escape"`
	// Files: a list of entries of `$context.files`, or of `{name, type, content}`.
	Attachments value.Value `json:"attachments"`
}

// Hint recognizes other products' names for the fields.
func (config) Hint(field string) string {
	switch field {
	case "provider", "from", "host", "smtp":
		return "belongs to the channel: channels: [{name: …, type: email, config: {host: …, from: …}}]"
	case "cc", "bcc":
		return "is not supported: everyone in to gets a message of their own"
	case "channelName":
		return `write "channel"`
	case "message", "content", "body":
		return `write "text" or "html"`
	case "title":
		return `write "subject"`
	case "receivers", "recipients":
		return `write "to"`
	case "contentType":
		return `leave it out, and write "text" or "html"`
	case "ignoreFail":
		return "write onError: continue next to config"
	default:
		return ""
	}
}

// Channels are the channels that exist now.
type Channels interface {
	Find(name string) *channel.Entry
	Reserve(e *channel.Entry, now time.Time) time.Time
	Pause(e *channel.Entry, until time.Time)
}

// Files opens files by their hash. The error is of kind fault.NotFound for one that does not exist.
type Files interface {
	Open(sha256 string) (content io.ReadCloser, size int64, err error)
}

// Deps are the dependencies of running nodes. Checking documents needs none of them.
type Deps struct {
	Channels Channels
	Files    Files
}

type kind struct{ deps Deps }

// New returns the kind.
func New(d Deps) node.Kind { return kind{d} }

func (kind) Info() node.Info {
	return node.Info{
		Type:    "notify",
		Aliases: []string{"notification", "mailer"},
		Summary: "Sends a message through a channel: e-mail, SMS, chat.",
		Result:  "`{sent, recipients: [{to, answer}]}`, with the provider's answer for each recipient.",
		Effect:  node.Outbound,
		Timeout: time.Minute, // for each recipient
	}
}

func (k kind) Compile(raw value.Value, about node.About) (node.Node, []decode.Problem) {
	cfg := config{Escape: true}
	r := node.Read(raw, &cfg, about)
	if r.Clean() {
		r.NoTemplate("channel", cfg.Channel)
		if cfg.Text == "" && cfg.HTML == "" {
			r.Problem("text", "is required: what the message says")
		}
		checkTo(r, cfg.To)
	}
	if cfg.Escape {
		r.Escape("text", markdown.Escape)
		r.Escape("html", html.EscapeString)
	}
	n := &notify{deps: k.deps, config: cfg}
	n.Rendered = r.Template()
	return r.Done(n)
}

// checkTo checks the recipients as far as they contain no template.
func checkTo(r *node.Reader, to value.Value) {
	if to.IsMissing() || !node.Fixed(to) {
		return
	}
	list, err := recipients(to)
	if err == nil && len(list) == 0 {
		err = errorf("is empty; leave it out if the channel has its own recipient")
	}
	if err != nil {
		r.Problem("to", err.Error())
	}
}

type notify struct {
	node.Rendered
	deps   Deps
	config config
}

// Channel returns the name of the channel.
func (n *notify) Channel() string { return n.config.Channel }

// FitsChannel returns what the channel cannot do, with paths below the config.
func (n *notify) FitsChannel(info channel.Info) []decode.Problem {
	var problems []decode.Problem
	report := func(path, message string) {
		problems = append(problems, decode.Problem{Path: path, Message: message})
	}
	switch {
	case info.To == channel.NoRecipient && !n.config.To.IsMissing():
		report("to", "the channel determines who gets the message ("+info.Title+"); leave it out")
	case info.To == channel.RequiredRecipient && n.config.To.IsMissing():
		report("to", "is required for "+info.Title+": "+info.ToHelp)
	}
	if !info.HTML && n.config.HTML != "" {
		report("html", info.Title+" shows no HTML; write text, in Markdown")
	}
	if !info.Attachments && !n.config.Attachments.IsMissing() {
		report("attachments", info.Title+" takes no attachments")
	}
	return problems
}
