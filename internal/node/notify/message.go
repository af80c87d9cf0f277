package notify

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"hookline.dev/hookline/internal/channel"
	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/value"
)

// The limits of one step.
const (
	// MaxRecipients is the largest number of recipients.
	MaxRecipients = 1000
	// MaxAttachments is the largest size of all attachments together, in bytes.
	MaxAttachments = 25 << 20
	maxSubject     = 500 // characters
)

func errorf(format string, args ...any) error { return fmt.Errorf(format, args...) }

// recipients reads the field to: a text, or a list of texts at any depth, as projections give them. Empty entries are
// left out, and repeated ones count once.
func recipients(to value.Value) ([]string, error) {
	var list []string
	seen := make(map[string]bool)
	var read func(v value.Value) error
	read = func(v value.Value) error {
		switch v.Kind() {
		case value.KindMissing, value.KindNull:
		case value.KindArray:
			for each := range v.Elements() {
				if err := read(each); err != nil {
					return err
				}
			}
		case value.KindString, value.KindNumber:
			text := v.Text()
			if s, ok := v.Str(); ok {
				text = strings.TrimSpace(s)
			}
			if text == "" || seen[text] {
				return nil
			}
			if len(list) == MaxRecipients {
				return errorf("has more than %d recipients", MaxRecipients)
			}
			seen[text] = true
			list = append(list, text)
		default:
			return errorf("must be a text or a list of texts, not %s", v.Kind())
		}
		return nil
	}
	return list, read(to)
}

// message reads what is the same for all recipients.
func (n *notify) message(input value.Value) (channel.Message, error) {
	text := func(name string) string {
		v := input.Get(name)
		if s, ok := v.Str(); ok {
			return s
		}
		if v.IsNull() {
			return ""
		}
		return v.Text()
	}
	m := channel.Message{
		Subject: channel.Clean(text("subject"), maxSubject), Text: strings.TrimSpace(text("text")), HTML: strings.TrimSpace(text("html")),
	}
	if m.Text == "" && m.HTML == "" {
		return m, errorf("text: the message is empty")
	}
	var err error
	m.Attachments, err = n.attachments(input.Get("attachments"))
	return m, err
}

// attachments reads the list of files.
func (n *notify) attachments(v value.Value) ([]channel.Attachment, error) {
	if v.IsNull() {
		return nil, nil
	}
	if v.Kind() == value.KindObject {
		var one value.ArrayBuilder
		v = one.Add(v).Value()
	}
	if v.Kind() != value.KindArray {
		return nil, errorf("attachments: must be a list of files")
	}
	var list []channel.Attachment
	var size int64
	for each := range v.Elements() {
		at := "attachments" + decode.Index(len(list))
		a, err := n.attachment(each)
		if err != nil {
			return nil, errorf("%s: %w", at, err)
		}
		if size += a.Size; size > MaxAttachments {
			return nil, errorf("attachments: are larger than %s together", decode.Size(MaxAttachments))
		}
		list = append(list, a)
	}
	return list, nil
}

// attachment reads one file: an entry of $context.files, or {name, type, content}.
func (n *notify) attachment(v value.Value) (channel.Attachment, error) {
	if v.Kind() != value.KindObject {
		return channel.Attachment{}, errors.New("must be an entry of $context.files, or {name, type, content}")
	}
	text := func(name string) string { s, _ := v.Get(name).Str(); return s }
	a := channel.Attachment{Name: text("filename"), Type: text("type")}
	if a.Name == "" {
		a.Name = text("name")
	}
	if a.Name = baseName(a.Name); a.Name == "" {
		a.Name = "attachment"
	}
	if sha := text("sha256"); sha != "" {
		return n.stored(a, sha)
	}
	content := v.Get("content")
	data, ok := content.Str()
	if !ok {
		if data = content.Text(); content.IsNull() {
			return a, errors.New("has neither sha256 nor content")
		}
		if a.Type == "" {
			a.Type = "application/json"
		}
	}
	if a.Type == "" {
		a.Type = "text/plain; charset=utf-8"
	}
	a.Size = int64(len(data))
	a.Open = func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(data)), nil }
	return a, nil
}

// stored is a file of a call.
func (n *notify) stored(a channel.Attachment, sha string) (channel.Attachment, error) {
	if n.deps.Files == nil {
		return a, errors.New("there are no files here")
	}
	content, size, err := n.deps.Files.Open(sha)
	if err != nil {
		if fault.Is(err, fault.NotFound) {
			return a, errorf("the file %s does not exist any more", decode.Quote(a.Name))
		}
		return a, errors.New("the file cannot be read")
	}
	_ = content.Close()
	if a.Type == "" {
		a.Type = "application/octet-stream"
	}
	a.Size = size
	a.Open = func() (io.ReadCloser, error) {
		content, _, err := n.deps.Files.Open(sha)
		return content, err
	}
	return a, nil
}

// baseName returns a file's name without its folders and without control characters.
func baseName(name string) string {
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	return channel.Clean(name, 200)
}
