package api

import (
	"net/http"
	"net/http/pprof"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"hookline.dev/hookline/internal/account"
	"hookline.dev/hookline/internal/fault"
)

type profileQuery struct {
	Profile string `path:"profile" enum:"allocs,block,goroutine,heap,mutex,profile,threadcreate,trace" doc:"profile is the CPU profile, trace the execution trace of the Go runtime"`
	Seconds int    `query:"seconds" minimum:"1" maximum:"120" doc:"how long to measure; by default 30 for profile, 1 for trace, and for the others what there is at once"`
	Debug   int    `query:"debug" minimum:"0" maximum:"2" doc:"1 and 2 answer with text"`
	GC      int    `query:"gc" minimum:"0" maximum:"1" doc:"1 collects garbage first, for heap"`
}

func (r routes) profiles() {
	respond(r, account.ManageServer, huma.Operation{
		OperationID: "profile", Method: http.MethodGet, Path: "/api/debug/pprof/{profile}",
		Summary:   "Profile the server, for go tool pprof and go tool trace",
		Responses: response("200", "the profile", map[string]*huma.MediaType{"application/octet-stream": {}, "text/plain": {}}),
	}, sendProfile)
}

func sendProfile(w http.ResponseWriter, req *http.Request, in *profileQuery) error {
	answer := &plainErrors{ResponseWriter: w}
	switch in.Profile {
	case "profile":
		pprof.Profile(answer, req)
	case "trace":
		pprof.Trace(answer, req)
	default:
		pprof.Handler(in.Profile).ServeHTTP(answer, req)
	}
	if answer.status >= http.StatusInternalServerError { // only one CPU profile and one trace can run at a time
		return fault.New("api.sendProfile", fault.Unavailable, "%s", strings.TrimSpace(answer.text.String()))
	}
	return answer.problem()
}
