package email

import (
	"errors"
	"io"
	"mime"
	netmail "net/mail"
	"net/textproto"
	"path"
	"strings"

	"github.com/wneessen/go-mail"

	"hookline.dev/hookline/internal/channel"
	"hookline.dev/hookline/internal/markdown"
)

// maxSubject is the longest subject, in characters.
const maxSubject = 500

// letter is a message ready to be sent.
type letter struct {
	from, to *netmail.Address
	id       string // of the message, with angle brackets
	msg      *mail.Msg
	unread   bool // an attachment could not be read
}

// newLetter writes the message. It opens attachments only when it is sent.
func newLetter(c config, m channel.Message) (*letter, error) {
	l := &letter{}
	var reply *netmail.Address
	for _, a := range []struct {
		name, text string
		into       **netmail.Address
	}{{"the channel's from", c.From, &l.from}, {"the recipient", m.To, &l.to}, {"the channel's replyTo", c.ReplyTo, &reply}} {
		if a.text == "" && a.into == &reply {
			continue
		}
		parsed, wrong := parse(a.text)
		if wrong != "" {
			return nil, &channel.Error{Message: a.name + " " + wrong, Final: true}
		}
		*a.into = parsed
	}
	l.id = "<" + channel.ID(m.Key) + "@" + domainOf(l.from) + ">"
	l.msg = mail.NewMsg(mail.WithNoDefaultUserAgent())
	l.msg.FromMailAddress(l.from)
	l.msg.ToMailAddress(l.to)
	if reply != nil {
		l.msg.ReplyToMailAddress(reply)
	}
	l.msg.Subject(channel.Clean(m.Subject, maxSubject))
	l.msg.SetDateWithValue(m.Now)
	l.msg.SetMessageIDWithValue(strings.Trim(l.id, "<>"))
	// No automatic replies, please (RFC 3834 section 5).
	l.msg.SetGenHeader("Auto-Submitted", "auto-generated")
	l.write(m)
	return l, nil
}

// write sets the content: text, HTML, or both as alternatives, and attachments.
func (l *letter) write(m channel.Message) {
	html := m.HTML
	if html == "" {
		html = markdown.HTML().Render(m.Text)
	}
	if m.Text == "" && m.HTML != "" {
		l.msg.SetBodyString(mail.TypeTextHTML, html)
	} else {
		l.msg.SetBodyString(mail.TypeTextPlain, markdown.Plain().Render(m.Text))
		l.msg.AddAlternativeString(mail.TypeTextHTML, html)
	}
	var files []*mail.File
	for _, a := range m.Attachments {
		files = append(files, l.file(a))
	}
	l.msg.SetAttachments(files)
}

// file returns an attachment. Its name has no path, and its type is one, or that of unknown content.
func (l *letter) file(a channel.Attachment) *mail.File {
	kind := "application/octet-stream"
	if t, params, err := mime.ParseMediaType(a.Type); err == nil {
		if text := mime.FormatMediaType(t, params); text != "" {
			kind = text
		}
	}
	name := path.Base(strings.ReplaceAll(channel.Clean(a.Name, 200), `\`, "/"))
	name = strings.NewReplacer(`"`, "'", ";", "_").Replace(name)
	if name == "." || name == "/" {
		name = "file"
	}
	return &mail.File{
		Name: name, ContentType: mail.ContentType(kind), Enc: mail.EncodingB64, Header: make(textproto.MIMEHeader),
		Writer: func(w io.Writer) (int64, error) {
			r, err := a.Open()
			if err != nil {
				l.unread = true
				return 0, err
			}
			defer func() { _ = r.Close() }() // it was only read
			return io.Copy(w, reader{r, l})
		},
	}
}

// reader notes that an attachment could not be read.
type reader struct {
	io.Reader
	l *letter
}

// Read implements io.Reader.
func (r reader) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	r.l.unread = r.l.unread || err != nil && !errors.Is(err, io.EOF)
	return n, err
}
