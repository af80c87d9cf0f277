package app

import (
	"hookline.dev/hookline/internal/channel"
	channelkinds "hookline.dev/hookline/internal/channel/kinds"
	"hookline.dev/hookline/internal/document"
	"hookline.dev/hookline/internal/node"
	"hookline.dev/hookline/internal/node/kinds"
	"hookline.dev/hookline/internal/verify"
	"hookline.dev/hookline/internal/verify/preset"
	"hookline.dev/hookline/internal/watch"
)

// Kinds returns the node kinds of this binary for checking documents. They cannot run.
func Kinds() *node.Set { return kinds.Set(kinds.Deps{}) }

// Presets returns the signature presets of this binary.
func Presets() *verify.Set { return preset.Set() }

// Channels returns the kinds of channels of this binary for checking documents. They cannot send.
func Channels() *channel.Set { return channelkinds.Set(nil) }

// Known returns everything that documents may refer to, for checking them.
func Known() document.Known {
	return document.Known{Kinds: Kinds(), Presets: Presets(), Channels: Channels()}
}

// Live returns the live view of deliveries and executions.
func (a *App) Live() *watch.Hub { return a.live }
