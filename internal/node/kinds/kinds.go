package kinds

import (
	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/node"
	"hookline.dev/hookline/internal/node/calculate"
	"hookline.dev/hookline/internal/node/condition"
	"hookline.dev/hookline/internal/node/delay"
	"hookline.dev/hookline/internal/node/end"
	"hookline.dev/hookline/internal/node/fail"
	"hookline.dev/hookline/internal/node/loop"
	"hookline.dev/hookline/internal/node/notify"
	"hookline.dev/hookline/internal/node/output"
	"hookline.dev/hookline/internal/node/parallel"
	"hookline.dev/hookline/internal/node/recordaggregate"
	"hookline.dev/hookline/internal/node/recordcreate"
	"hookline.dev/hookline/internal/node/recorddelete"
	"hookline.dev/hookline/internal/node/recordfind"
	"hookline.dev/hookline/internal/node/recordupdate"
	"hookline.dev/hookline/internal/node/request"
	"hookline.dev/hookline/internal/node/response"
	"hookline.dev/hookline/internal/node/script"
	"hookline.dev/hookline/internal/node/set"
	"hookline.dev/hookline/internal/node/switchnode"
	"hookline.dev/hookline/internal/node/variable"
)

// Deps are the dependencies that kinds need to run. Checking documents needs none of them.
type Deps struct {
	Scripts        script.Runner
	ScriptDefaults script.Defaults
	Records        collection.Reader
	Request        request.Deps
	Notify         notify.Deps
}

// Set returns the kinds, in the order of the reference page.
func Set(d Deps) *node.Set {
	return node.NewSet(
		condition.New(),
		switchnode.New(),
		loop.New(),
		parallel.New(),
		set.New(),
		variable.New(),
		calculate.New(),
		recordcreate.New(),
		recordupdate.New(),
		recorddelete.New(),
		recordfind.New(d.Records),
		recordaggregate.New(d.Records),
		request.New(d.Request),
		notify.New(d.Notify),
		script.New(d.Scripts, d.ScriptDefaults),
		response.New(),
		output.New(),
		end.New(),
		fail.New(),
		delay.New(),
	)
}
