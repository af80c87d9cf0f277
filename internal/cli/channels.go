package cli

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"hookline.dev/hookline/internal/api"
	"hookline.dev/hookline/internal/channel"
	"hookline.dev/hookline/internal/document"
	"hookline.dev/hookline/internal/value"
)

type channelsCmd struct {
	Ls   channelsLs   `cmd:"" help:"List notification channels, and what they lack."`
	Show channelsShow `cmd:"" help:"Show one channel as a document."`
	Test channelsTest `cmd:"" help:"Send one test message through a channel."`
}

type channelsLs struct {
	clientFlags
	jsonFlag
}

// Run lists the channels.
func (c *channelsLs) Run(sys *system) error {
	server, err := c.open()
	if err != nil {
		return err
	}
	var page rawPage
	if err := server.get("/api/channels", nil, &page); err != nil {
		return err
	}
	const none = "No channels. Declare them in a document: channels: [{name: …, type: …, config: {…}}]"
	return printItems(sys, c.jsonFlag, page.Items, none, []string{"NAME", "TYPE", "STATE", "USED BY", "SOURCE"}, func(x api.Channel) []string {
		return []string{x.Name, x.Type, channelState(x), strings.Join(x.UsedBy, ", "), x.Source}
	})
}

// channelState says whether a channel can send, and what it lacks.
func channelState(x api.Channel) string {
	switch {
	case x.Broken != "":
		return "broken: " + x.Broken
	case len(x.Missing) > 0:
		return "not set: " + strings.Join(x.Missing, ", ")
	default:
		return "ready"
	}
}

type channelsShow struct {
	Name string `arg:"" complete:"channels" help:"The channel's name."`
	clientFlags
	jsonFlag
}

// Run shows one channel.
func (c *channelsShow) Run(sys *system) error {
	return show(sys, &c.clientFlags, c.jsonFlag, "/api/channels/"+url.PathEscape(c.Name), func(_ *client, x api.Channel) error {
		fmt.Fprintf(sys.stdout, "%s  %s\n", clip(x.Name, 64), channelState(x))
		f := fields{w: sys.stdout}
		f.add("type", x.Type)
		f.add("source", x.Source)
		f.add("updated", sys.when(x.UpdatedAt))
		f.add("used by", strings.Join(x.UsedBy, ", "))
		fmt.Fprintln(sys.stdout)
		doc := document.OfChannels([]channel.Definition{{Name: x.Name, Type: x.Type, Config: x.Config.Value}})
		return printJSON(sys.stdout, "", doc, maxLines)
	})
}

type channelsTest struct {
	Name string `arg:"" complete:"channels" help:"The channel's name."`
	To   string `name:"to" placeholder:"RECIPIENT" help:"Who gets the message. Default: the channel's own recipient."`
	Text string `name:"text" placeholder:"TEXT" help:"The message, in Markdown. Default: a sentence that names the channel."`
	clientFlags
	jsonFlag
}

// Help explains the verb.
func (channelsTest) Help() string {
	return "The server really sends the message. Prints the provider's answer. Exit code 1: the message was not delivered."
}

// Run sends a test message.
func (c *channelsTest) Run(sys *system) error {
	server, err := c.open()
	if err != nil {
		return err
	}
	var body value.ObjectBuilder
	if c.To != "" {
		body.Set("to", value.String(c.To))
	}
	if c.Text != "" {
		body.Set("text", value.String(c.Text))
	}
	var raw json.RawMessage
	if err := server.send(http.MethodPost, "/api/channels/"+url.PathEscape(c.Name)+"/test", nil, body.Value(), &raw); err != nil {
		return err
	}
	var done api.ChannelTested
	if err := json.Unmarshal(raw, &done); err != nil {
		return err
	}
	if c.JSON {
		err = printOne(sys.stdout, raw)
	} else {
		err = printTested(sys, c.Name, done)
	}
	if err == nil && !done.Sent {
		err = errReported
	}
	return err
}

// printTested prints the result of a test for people.
func printTested(sys *system, name string, done api.ChannelTested) error {
	took := formatDuration(time.Duration(done.TookMillis) * time.Millisecond)
	if !done.Sent {
		fmt.Fprintf(sys.stderr, "hookline: %s: not delivered: %s\n", clip(name, 64), cleanText(done.Error))
		if done.RetryAfterSeconds > 0 {
			fmt.Fprintf(sys.stderr, "The provider accepts messages again in %gs.\n", done.RetryAfterSeconds)
		}
		return nil
	}
	fmt.Fprintf(sys.stdout, "%s: delivered in %s\n", clip(name, 64), took)
	if done.Answer.IsNull() {
		return nil
	}
	return printJSON(sys.stdout, "  ", done.Answer.Value, maxLines)
}
