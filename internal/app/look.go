package app

import (
	"hookline.dev/hookline/internal/node"
	"hookline.dev/hookline/internal/node/kinds"
	"hookline.dev/hookline/internal/watch"
)

// Kinds is the set of node kinds of this binary, for checking documents; its nodes cannot run.
func Kinds() *node.Set { return kinds.Set(kinds.Deps{}) }

// Live is the view of what happens now.
func (a *App) Live() *watch.Hub { return a.live }
