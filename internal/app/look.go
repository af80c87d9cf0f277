package app

import (
	"hookline.dev/hookline/internal/document"
	"hookline.dev/hookline/internal/node"
	"hookline.dev/hookline/internal/node/kinds"
	"hookline.dev/hookline/internal/verify"
	"hookline.dev/hookline/internal/verify/preset"
	"hookline.dev/hookline/internal/watch"
)

// Kinds is the set of node kinds of this binary, for checking documents; its nodes cannot run.
func Kinds() *node.Set { return kinds.Set(kinds.Deps{}) }

// Presets is the set of signature presets of this binary.
func Presets() *verify.Set { return preset.Set() }

// Known is what documents may name, for checking them.
func Known() document.Known { return document.Known{Kinds: Kinds(), Presets: Presets()} }

// Live is the view of what happens now.
func (a *App) Live() *watch.Hub { return a.live }
