package email_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	netmail "net/mail"
	"net/textproto"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/emersion/go-smtp"

	"hookline.dev/hookline/internal/channel"
	"hookline.dev/hookline/internal/channel/email"
	"hookline.dev/hookline/internal/outbound"
	"hookline.dev/hookline/internal/value"
)

type env map[string]string

func (e env) Lookup(name string) (string, bool) { v, ok := e[name]; return v, ok }

// channelTo returns a channel to the peer. more are members of the config.
func channelTo(t *testing.T, client *outbound.Client, p *peer, more string) channel.Channel {
	t.Helper()
	config := fmt.Sprintf(`{"host":%q,"port":%d,"from":"Ops ☃ <ops@example.com>"%s}`, p.host, p.port, more)
	c, problems := email.New(client).Compile(value.Trusted(config))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return c
}

func send(ctx context.Context, c channel.Channel, change func(*channel.Message)) (value.Value, error) {
	m := channel.Message{
		To: "Ann <ann@example.org>", Subject: "Größe ☃", Text: "Run **7** failed: 100 €", Key: "exe_1/tell#0/0",
		Now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC),
	}
	if change != nil {
		change(&m)
	}
	return c.Send(ctx, m, env{"PW": password, "OTHER": "wrong-password"})
}

// part is a part of a message without subparts.
type part struct{ kind, name, text string }

// partsOf reads the parts of a message.
func partsOf(t *testing.T, header textproto.MIMEHeader, body io.Reader) []part {
	t.Helper()
	kind, params, err := mime.ParseMediaType(header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(kind, "multipart/") {
		switch header.Get("Content-Transfer-Encoding") {
		case "quoted-printable":
			body = quotedprintable.NewReader(body)
		case "base64":
			body = base64.NewDecoder(base64.StdEncoding, body)
		}
		text, err := io.ReadAll(body)
		if err != nil {
			t.Fatal(err)
		}
		_, disposition, _ := mime.ParseMediaType(header.Get("Content-Disposition"))
		name, err := new(mime.WordDecoder).DecodeHeader(disposition["filename"])
		if err != nil {
			t.Fatal(err)
		}
		return []part{{kind, name, strings.TrimRight(strings.ReplaceAll(string(text), "\r\n", "\n"), "\n")}}
	}
	var out []part
	for r := multipart.NewReader(body, params["boundary"]); ; {
		p, err := r.NextRawPart()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, partsOf(t, p.Header, p)...)
	}
}

func parsed(t *testing.T, data []byte) (*netmail.Message, []part) {
	t.Helper()
	m, err := netmail.ReadMessage(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return m, partsOf(t, textproto.MIMEHeader(m.Header), m.Body)
}

func TestItDelivers(t *testing.T) {
	for _, mode := range []string{"starttls", "tls", "none"} {
		t.Run(mode, func(t *testing.T) {
			p := &peer{}
			client := listen(t, p, mode)
			login := `,"username":"ops","password":"{{$env.PW}}","replyTo":"desk@example.com"`
			if mode == "none" {
				login = `,"replyTo":"desk@example.com"`
			}
			c := channelTo(t, client, p, `,"tls":"`+mode+`"`+login)
			for range 2 {
				result, err := send(t.Context(), c, nil)
				if err != nil {
					t.Fatal(err)
				}
				if id, _ := result.Get("messageId").Str(); !strings.HasSuffix(id, "@example.com>") {
					t.Errorf("result %s", result)
				}
			}
			letters := p.got()
			if len(letters) != 2 {
				t.Fatalf("%d messages arrived", len(letters))
			}
			if mode != "none" && len(p.logins) != 2 {
				t.Errorf("%d logins", len(p.logins))
			}
			l := letters[0]
			if l.from != "ops@example.com" || l.to != "ann@example.org" || l.utf8 || l.secure != (mode != "none") {
				t.Errorf("envelope %+v", l)
			}
			m, parts := parsed(t, l.data)
			again, _ := parsed(t, letters[1].data)
			if m.Header.Get("Message-Id") == "" || m.Header.Get("Message-Id") != again.Header.Get("Message-Id") {
				t.Errorf("ids %q and %q", m.Header.Get("Message-Id"), again.Header.Get("Message-Id"))
			}
			subject, _ := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
			from, err := m.Header.AddressList("From")
			if err != nil || from[0].Name != "Ops ☃" || subject != "Größe ☃" || m.Header.Get("Reply-To") != "<desk@example.com>" {
				t.Errorf("from %v, subject %q, reply to %q (%v)", from, subject, m.Header.Get("Reply-To"), err)
			}
			if date, err := m.Header.Date(); err != nil || date.Year() != 2026 {
				t.Errorf("date %v, %v", date, err)
			}
			want := []part{{"text/plain", "", "Run 7 failed: 100 €"}, {"text/html", "", "<p>Run <strong>7</strong> failed: 100 €</p>"}}
			if fmt.Sprint(parts) != fmt.Sprint(want) {
				t.Errorf("parts %v", parts)
			}
		})
	}
}

func TestHTMLAndAttachments(t *testing.T) {
	p := &peer{}
	c := channelTo(t, listen(t, p, "starttls"), p, "")
	content := strings.Repeat("0123456789\r\n.\r\n", 5000)
	_, err := send(t.Context(), c, func(m *channel.Message) {
		m.HTML = "<p>Hi ☃</p>"
		m.Attachments = []channel.Attachment{
			{Name: "Übersicht \"1\".csv", Type: "text/csv; charset=utf-8", Open: open(content)},
			{Name: "../../etc/passwd\r\nX-Evil: 1", Type: "text/html\r\nX-Evil: 1", Open: open("x")},
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	m, parts := parsed(t, p.got()[0].data)
	if len(parts) != 4 || parts[1].text != "<p>Hi ☃</p>" || parts[2].kind != "text/csv" || parts[2].name != "Übersicht '1'.csv" ||
		parts[2].text != strings.TrimRight(strings.ReplaceAll(content, "\r\n", "\n"), "\n") || parts[3].kind != "application/octet-stream" || parts[3].name != "passwd X-Evil_ 1" {
		for _, p := range parts {
			t.Errorf("part %s %q with %d bytes", p.kind, p.name, len(p.text))
		}
	}
	if m.Header.Get("X-Evil") != "" {
		t.Error("an attachment added a header")
	}
	_, err = send(t.Context(), c, func(m *channel.Message) {
		m.Attachments = []channel.Attachment{{Name: "a", Open: func() (io.ReadCloser, error) { return nil, errors.New("gone") }}}
	})
	if err == nil || err.Error() != "an attachment cannot be read" || len(p.got()) != 1 {
		t.Errorf("with an attachment that cannot be opened: %v, and %d messages", err, len(p.got()))
	}
	_, err = send(t.Context(), c, func(m *channel.Message) {
		m.Attachments = []channel.Attachment{{Name: "a", Open: func() (io.ReadCloser, error) {
			return io.NopCloser(io.MultiReader(strings.NewReader(content), iotest.ErrReader(errors.New("gone")))), nil
		}}}
	})
	if err == nil || err.Error() != "an attachment cannot be read" || len(p.got()) != 1 {
		t.Errorf("with an attachment that cannot be read to its end: %v, and %d messages", err, len(p.got()))
	}
}

func open(text string) func() (io.ReadCloser, error) {
	return func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }
}

func TestRepliesOfTheServer(t *testing.T) {
	reply := func(code int, text string) error {
		return &smtp.SMTPError{Code: code, EnhancedCode: smtp.EnhancedCode{code / 100, 7, 1}, Message: text}
	}
	for name, test := range map[string]struct {
		refuse map[string]error
		want   channel.Error
	}{
		"no such user": {map[string]error{"RCPT": reply(550, "no such user")}, channel.Error{Message: "the mail server answered 550 5.7.1 no such user", Final: true}},
		"greylisted":   {map[string]error{"RCPT": reply(451, "greylisted, come back later")}, channel.Error{Message: "the mail server answered 451 4.7.1 greylisted, come back later", RetryAfter: 5 * time.Minute}},
		"full":         {map[string]error{"RCPT": reply(452, "mailbox full")}, channel.Error{Message: "the mail server answered 452 4.7.1 mailbox full"}},
		"too fast":     {map[string]error{"MAIL": reply(421, "Too many messages")}, channel.Error{Message: "the mail server answered 421 4.7.1 Too many messages", Slower: true}},
		"sender":       {map[string]error{"MAIL": reply(553, "not your address")}, channel.Error{Message: "the mail server answered 553 5.7.1 not your address", Final: true}},
		"spam":         {map[string]error{"DATA": reply(554, "looks\r\nlike spam\x07")}, channel.Error{Message: "the mail server answered 554 looks", Final: true}},
		"busy":         {map[string]error{"DATA": reply(451, "try later")}, channel.Error{Message: "the mail server answered 451 4.7.1 try later"}},
	} {
		t.Run(name, func(t *testing.T) {
			p := &peer{refuse: test.refuse}
			_, err := send(t.Context(), channelTo(t, listen(t, p, "starttls"), p, ""), nil)
			e, ok := errors.AsType[*channel.Error](err)
			if !ok || !strings.HasPrefix(e.Message, test.want.Message) || e.Final != test.want.Final || e.RetryAfter != test.want.RetryAfter || e.Slower != test.want.Slower {
				t.Errorf("%+v (%v), want %+v", e, err, test.want)
			}
			if len(p.got()) != 0 {
				t.Error("a message was delivered")
			}
		})
	}
}

func TestWrongConfigs(t *testing.T) {
	for config, want := range map[string]string{
		`{"from":"a@b.example"}`: "host: is required",
		`{"host":"h","from":"a@b.example","password":"plain","username":"u"}`:                                          "password: is a secret",
		`{"host":"h","from":"a@b.example","tls":"none","username":"u","password":"{{$env.PW}}"}`:                       "username: needs tls",
		`{"host":"h","from":"a@b.example","username":"u"}`:                                                             "username: and password belong together",
		`{"host":"h","from":"a@b.example, c@d.example"}`:                                                               "from: must be one",
		`{"host":"h","from":"a@b.example","replyTo":"x\r\nBcc: y@z.example"}`:                                          "replyTo: must be an e-mail address without line breaks",
		`{"host":"h","from":"a@b.example","tls":"ssl"}`:                                                                "tls: ",
		`{"host":"h","from":"a@b.example","port":70000}`:                                                               "port: ",
		`{"host":"h","from":"a@b.example","noSuchField":1}`:                                                            "noSuchField: unknown field",
		`{"host":"{{$env.H}}","from":"{{$env.F}}","username":"{{$env.U}}","password":"{{$env.PW}}","auth":"kerberos"}`: "auth: ",
	} {
		_, problems := email.New(nil).Compile(value.Trusted(config))
		if len(problems) != 1 || !strings.HasPrefix(problems[0].Path+": "+problems[0].Message, want) {
			t.Errorf("%s: %v, want %s", config, problems, want)
		}
	}
}
