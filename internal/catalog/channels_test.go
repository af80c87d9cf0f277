package catalog_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"hookline.dev/hookline/internal/catalog"
	"hookline.dev/hookline/internal/channel"
	"hookline.dev/hookline/internal/channel/slack"
	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/document"
	"hookline.dev/hookline/internal/expr"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/node"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/value"
	"hookline.dev/hookline/internal/verify"
)

// sender is a node kind that sends through a channel. It needs channels of the type slack.
type sender struct{}

func (sender) Info() node.Info { return node.Info{Type: "send", Effect: node.Outbound} }

func (sender) Compile(config value.Value, _ node.About) (node.Node, []decode.Problem) {
	var n senderNode
	return n, decode.Into(config, &n.config)
}

type senderNode struct {
	config struct {
		Channel string `json:"channel"`
	}
}

func (n senderNode) Channel() string { return n.config.Channel }

func (n senderNode) FitsChannel(info channel.Info) []decode.Problem {
	if info.Type != "slack" {
		return []decode.Problem{{Path: "channel", Message: "must be of type slack"}}
	}
	return nil
}

func (senderNode) Render(expr.Scope) (value.Value, error) { return value.Null(), nil }

func (senderNode) Run(context.Context, node.Input) (node.Result, error) {
	return node.Result{}, errors.New("not run in this test")
}

// pager is another kind of channel.
type pager struct{}

func (pager) Info() channel.Info { return channel.Info{Type: "pager", Title: "Pager"} }

func (pager) Compile(value.Value) (channel.Channel, []decode.Problem) { return nil, nil }

func withChannels() document.Known {
	return document.Known{Kinds: node.NewSet(sender{}), Presets: verify.NewSet(), Channels: channel.NewSet(slack.New(nil), pager{})}
}

const (
	opsFile = `channels: [{name: ops, type: slack, config: {url: "{{$env.OPS}}"}}]`
	devFile = `channels: [{name: dev, type: slack, config: {url: "{{$env.DEV}}"}}]`
)

func alerts(key, name string) string {
	return "workflow: " + key + "\ntrigger: {type: webhook, auth: none}\nnodes:\n  - {key: tell, type: send, config: {channel: " + name + "}}\n"
}

// channelCatalog is a catalog that records the names of the channels that it was told of.
type channelCatalog struct {
	*catalog.Catalog
	store *fakeStore
	log   *bytes.Buffer
	told  []string
}

func openWithChannels(t *testing.T, s *fakeStore) *channelCatalog {
	t.Helper()
	c := &channelCatalog{store: s, log: &bytes.Buffer{}}
	c.Catalog = catalog.New(catalog.Options{Store: s, Known: withChannels(), Now: clock.System().Now, Log: slog.New(slog.NewTextHandler(c.log, nil))})
	c.OnChannels(func(all []*catalog.Channel) {
		c.told = nil
		for _, e := range all {
			if e.Compiled != nil {
				c.told = append(c.told, e.Name)
			}
		}
	})
	if err := c.Load(); err != nil {
		t.Fatal(err)
	}
	return c
}

func emptyStore() *fakeStore {
	return &fakeStore{current: map[string]store.Published{}, revisions: map[string]value.Value{}, channels: map[string]store.Channel{}}
}

// load publishes files as a directory.
func (c *channelCatalog) load(t *testing.T, prune bool, files map[string]string) (catalog.Report, error) {
	t.Helper()
	fsys := fstest.MapFS{}
	for name, text := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	bundle, problems := document.Load(fsys, "docs", withChannels())
	if len(problems) > 0 {
		t.Fatal(document.Text(problems))
	}
	return c.Publish(catalog.Batch{Workflows: bundle.Workflows, Channels: bundle.Channels, Directory: true, Prune: prune})
}

func slackChannel(name, variable string) channel.Definition {
	return channel.Definition{Name: name, Type: "slack", Config: value.Trusted(`{"url":"{{$env.` + variable + `}}"}`)}
}

func TestOnlyChannelsThatChangedAreStored(t *testing.T) {
	c := openWithChannels(t, emptyStore())
	report, err := c.load(t, false, map[string]string{"ops.yaml": opsFile, "dev.yaml": devFile})
	if err != nil || !slices.Equal(c.told, []string{"dev", "ops"}) {
		t.Fatal(report, err, c.told)
	}
	stored, writes := c.store.channels["ops"], c.store.writes
	if stored.Source != "docs/ops.yaml" || stored.Config.Text() != `{"url":"{{$env.OPS}}"}` || stored.UpdatedAt.IsZero() {
		t.Errorf("stored %+v", stored)
	}
	if report, err = c.load(t, false, map[string]string{"ops.yaml": "# nothing new\n" + opsFile, "dev.yaml": devFile}); err != nil || c.store.writes != writes {
		t.Errorf("unchanged channels were written: %+v, %v", report, err)
	}
	report, err = c.load(t, false, map[string]string{"ops.yaml": opsFile, "dev.yaml": strings.ReplaceAll(devFile, "DEV", "NEW")})
	if diff := cmp.Diff(catalog.Report{Channels: catalog.ChannelReport{Published: []string{"dev"}, Unchanged: []string{"ops"}}}, report); diff != "" || err != nil {
		t.Error(diff, err)
	}
	if c.store.channels["ops"] != stored {
		t.Error("an unchanged channel was written")
	}
}

func TestARemovedChannelIsReportedAndDeletedOnlyWhenPruned(t *testing.T) {
	for _, prune := range []bool{false, true} {
		c := openWithChannels(t, emptyStore())
		if _, err := c.PutChannel(slackChannel("by_hand", "X")); err != nil {
			t.Fatal(err)
		}
		if _, err := c.load(t, prune, map[string]string{"ops.yaml": opsFile, "dev.yaml": devFile}); err != nil {
			t.Fatal(err)
		}
		report, err := c.load(t, prune, map[string]string{"dev.yaml": devFile})
		if err != nil || !slices.Equal(report.Channels.Removed, []string{"ops"}) || (len(report.Channels.Deleted) == 1) != prune {
			t.Errorf("prune %v: %+v, %v", prune, report, err)
		}
		if slices.Contains(c.told, "ops") == prune || !slices.Contains(c.told, "by_hand") {
			t.Errorf("prune %v: %v", prune, c.told)
		}
	}
}

func TestAWorkflowNeedsItsChannel(t *testing.T) {
	c := openWithChannels(t, emptyStore())
	_, err := c.load(t, false, map[string]string{"a.yaml": alerts("a", "opps"), "ops.yaml": opsFile})
	want := `docs/a.yaml:4: nodes[0].config.channel: there is no channel "opps"; did you mean ops?`
	if !fault.Is(err, fault.Conflict) || fault.Message(err) != want || c.store.writes != 0 {
		t.Errorf("got %v after %d writes", err, c.store.writes)
	}
	if _, err := c.load(t, false, map[string]string{"a.yaml": alerts("a", "ops"), "ops.yaml": opsFile}); err != nil {
		t.Fatal(err)
	}
	if got := c.ChannelUsers("ops"); !slices.Equal(got, []string{"a"}) {
		t.Errorf("users: %v", got)
	}
}

func TestAChannelInUseIsNotRemoved(t *testing.T) {
	c := openWithChannels(t, emptyStore())
	if _, err := c.load(t, true, map[string]string{"a.yaml": alerts("a", "ops") + "---\n" + alerts("b", "ops"), "ops.yaml": opsFile}); err != nil {
		t.Fatal(err)
	}
	_, err := c.load(t, true, map[string]string{"a.yaml": alerts("a", "ops") + "---\n" + alerts("b", "ops")})
	if !fault.Is(err, fault.Conflict) || !strings.Contains(fault.Message(err), `docs/a.yaml:4: nodes[0].config.channel: there is no channel "ops"`) {
		t.Errorf("pruned: %v", err)
	}
	if _, err = c.load(t, false, map[string]string{"a.yaml": alerts("a", "ops") + "---\n" + alerts("b", "ops")}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"a, b", "b", ""} {
		err = c.DropChannel("ops")
		if want == "" {
			if err != nil || len(c.told) != 0 {
				t.Errorf("%v, %v", err, c.told)
			}
			break
		}
		if !fault.Is(err, fault.Conflict) || !strings.Contains(fault.Message(err), "used by "+want+";") {
			t.Errorf("got %v, want one that names %s", err, want)
		}
		if err := c.SetEnabled(want[:1], false); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.SetEnabled("a", true); !fault.Is(err, fault.Conflict) || !strings.Contains(fault.Message(err), `no channel "ops"`) {
		t.Errorf("a workflow is enabled without its channel: %v", err)
	}
	if err := c.DropChannel("ops"); !fault.Is(err, fault.NotFound) {
		t.Errorf("got %v", err)
	}
}

func TestWorkflowsAndTheirChannelAreRemovedTogether(t *testing.T) {
	c := openWithChannels(t, emptyStore())
	if _, err := c.load(t, true, map[string]string{"a.yaml": alerts("a", "ops"), "ops.yaml": opsFile}); err != nil {
		t.Fatal(err)
	}
	report, err := c.load(t, true, nil)
	if err != nil || !slices.Equal(report.Disabled, []string{"a"}) || !slices.Equal(report.Channels.Deleted, []string{"ops"}) {
		t.Errorf("%+v, %v", report, err)
	}
}

func TestADeclaredChannelIsChangedInItsFileOnly(t *testing.T) {
	c := openWithChannels(t, emptyStore())
	if created, err := c.PutChannel(slackChannel("ops", "X")); err != nil || !created {
		t.Fatal(created, err)
	}
	if created, err := c.PutChannel(slackChannel("ops", "Y")); err != nil || created {
		t.Fatal(created, err)
	}
	report, err := c.load(t, false, map[string]string{"ops.yaml": opsFile})
	if err != nil || !slices.Equal(report.Channels.Published, []string{"ops"}) {
		t.Fatal(report, err) // the file takes the channel over
	}
	_, put := c.PutChannel(slackChannel("ops", "Z"))
	for _, err := range []error{put, c.DropChannel("ops")} {
		if !fault.Is(err, fault.Conflict) || !strings.Contains(fault.Message(err), "declared in docs/ops.yaml") {
			t.Errorf("got %v", err)
		}
	}
	if _, err := c.load(t, false, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := c.PutChannel(slackChannel("ops", "Z")); err != nil {
		t.Error("the file is gone:", err)
	}
	if got := c.store.channels["ops"]; got.Source != "" || !strings.Contains(got.Config.Text(), "Z") {
		t.Errorf("stored %+v", got)
	}
}

func TestAWrongChannelIsNotStored(t *testing.T) {
	c := openWithChannels(t, emptyStore())
	if _, err := c.PutChannel(channel.Definition{Name: "Ops", Type: "slack", Config: value.Trusted(`{"chanel":"x"}`)}); !fault.Is(err, fault.Invalid) ||
		!strings.Contains(err.Error(), "lower-case") || !strings.Contains(err.Error(), "config.chanel") {
		t.Errorf("got %v", err)
	}
	if _, err := c.load(t, false, map[string]string{"a.yaml": alerts("a", "ops"), "ops.yaml": opsFile}); err != nil {
		t.Fatal(err)
	}
	if _, err := c.load(t, false, map[string]string{"a.yaml": alerts("a", "ops")}); err != nil {
		t.Fatal(err)
	}
	writes := c.store.writes
	if _, err := c.PutChannel(channel.Definition{Name: "ops", Type: "pager"}); !fault.Is(err, fault.Conflict) || !strings.Contains(fault.Message(err), "workflow a: nodes[0].config.channel: must be of type slack") {
		t.Errorf("got %v", err)
	}
	if c.store.writes != writes {
		t.Error("a channel was stored")
	}
}

func TestAChannelOfAnotherVersionIsKeptAndNamed(t *testing.T) {
	s := emptyStore()
	s.channels["old"] = store.Channel{Name: "old", Type: "fax", Config: value.Trusted(`{}`)}
	c := openWithChannels(t, s)
	e, err := c.Channel("old")
	if err != nil || e.Compiled != nil || !strings.Contains(e.Broken, "fax") || len(c.told) != 0 {
		t.Fatalf("%+v, %v, %v", e, err, c.told)
	}
	if text := c.log.String(); strings.Count(text, "channel=old") != 1 || !strings.Contains(text, "level=ERROR") {
		t.Errorf("the log has %q", text)
	}
	if _, err := c.load(t, false, map[string]string{"a.yaml": alerts("a", "old")}); err != nil {
		t.Error("the channel exists, so it may be named:", err)
	}
}
