package channel

import (
	"context"
	"io"
	"time"

	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/value"
)

// Kind creates channels of one type. It is safe for concurrent use.
type Kind interface {
	// Info describes the kind. It always returns the same value.
	Info() Info
	// Compile checks a config and returns the channel. The paths of problems are below the config. It does no I/O.
	Compile(config value.Value) (Channel, []decode.Problem)
}

// Channel sends messages.
type Channel interface {
	// Send delivers one message to one recipient and returns the provider's answer, without secrets. An *Error says
	// whether and when to try again. The same Message.Key means the same message; where the provider supports it,
	// it is delivered once.
	Send(ctx context.Context, m Message, s Secrets) (value.Value, error)
	// CheckTo returns what is wrong with a recipient, or "". The kind's Info says whether recipients are possible.
	CheckTo(to string) string
	// Variables returns the names of the variables that the config uses as $env.
	Variables() []string
}

// Secrets returns the values of variables.
type Secrets interface {
	// Lookup returns the value of a variable, or false if it is not set.
	Lookup(name string) (string, bool)
}

// Info describes a kind.
type Info struct {
	Type    string // canonical name
	Title   string // the provider's or protocol's own name
	Summary string // one sentence
	Docs    string // the provider's page that documents what is sent
	To      Addressing
	ToHelp  string // what a recipient is: "an e-mail address"; "" with NoRecipient
	// HTML and Attachments report whether messages may have them. A message to any other kind must not.
	HTML, Attachments bool
	// MaxText is the provider's limit on the length of a text, in characters; 0: no limit. Longer texts are cut,
	// with a mark. It is for the reference page; kinds cut themselves, after converting the text.
	MaxText int
	Rate    Rate // what the provider allows one channel to send
}

// Addressing says how a kind uses Message.To.
type Addressing uint8

// The ways of addressing.
const (
	NoRecipient       Addressing = iota // the config determines who gets the message
	OptionalRecipient                   // the config has a default
	RequiredRecipient                   // each message names its recipient
)

// Rate is a number of messages in a period. The zero value is no limit.
type Rate struct {
	Messages int
	Per      time.Duration
}

// Message is one message to one recipient.
type Message struct {
	To      string // "": the channel's own recipient
	Subject string // may be empty; never contains a line break
	// Text is Markdown of the common dialect (package markdown). Each kind converts it to its own form.
	Text        string
	HTML        string // only with Info.HTML; an alternative to Text
	Attachments []Attachment
	// Key identifies the message to this recipient. It is the same whenever the message is sent again.
	Key string
	Now time.Time
}

// Attachment is a file of a message.
type Attachment struct {
	Name string // without a path
	Type string // media type
	Size int64  // bytes
	Open func() (io.ReadCloser, error)
}

// Error is the reason why a message was not delivered. The message contains no secret.
type Error struct {
	Message string
	Final   bool // sending it again cannot help
	// RetryAfter is the time after which the provider accepts messages again; 0: not known.
	RetryAfter time.Duration
	// Slower means that the provider refused because too much was sent. It counts as waiting, not as a failure.
	Slower bool
}

// Error returns the message.
func (e *Error) Error() string { return e.Message }

// Definition is a channel as written.
type Definition struct {
	Name   string // [a-z_][a-z0-9_]*, at most 64 characters
	Type   string
	Config value.Value
}
