package ingress

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
)

// The headers of the protocol (Fetch standard, section 3.2).
const (
	allowOrigin      = "Access-Control-Allow-Origin"
	allowCredentials = "Access-Control-Allow-Credentials"
	allowMethods     = "Access-Control-Allow-Methods"
	allowHeaders     = "Access-Control-Allow-Headers"
	exposeHeaders    = "Access-Control-Expose-Headers"
	maxAge           = "Access-Control-Max-Age"
	askedHeaders     = "Access-Control-Request-Headers"
)

// cors is a compiled flow.CORS. The answer headers are built once for each origin.
type cors struct {
	all     []field            // for "*"
	origins map[string][]field // for the listed origins
	others  []field            // for other origins, and for callers that are not browsers
	headers string             // headers that pages may send; "": whichever they ask for
	maxAge  string
}

func compileCORS(spec *flow.CORS, wrong *problems) *cors {
	if spec == nil {
		return nil
	}
	c := &cors{headers: strings.Join(spec.Headers, ", "), others: []field{{"Vary", []string{"Origin"}}}}
	if spec.MaxAge > 0 {
		c.maxAge = strconv.FormatInt(int64(spec.MaxAge/time.Second), 10)
	}
	var shared []field
	if spec.Credentials {
		shared = append(shared, field{allowCredentials, []string{"true"}})
	}
	if len(spec.Expose) > 0 {
		shared = append(shared, field{exposeHeaders, []string{strings.Join(spec.Expose, ", ")}})
	}
	if len(spec.Origins) == 0 {
		wrong.add("trigger.cors.origins", `names no origin; write "*" or the origins of the pages, such as https://www.example.com`)
	}
	c.origins = make(map[string][]field, len(spec.Origins))
	for _, origin := range spec.Origins {
		granted := append([]field{{allowOrigin, []string{origin}}}, shared...)
		switch {
		case origin != "*":
			c.origins[origin] = append(granted, c.others...)
		case spec.Credentials:
			wrong.add("trigger.cors.credentials", `cannot be allowed to every origin; name the origins instead of "*"`)
		case len(spec.Origins) > 1:
			wrong.add("trigger.cors.origins", `holds "*" and others; keep one of them`)
		default:
			c.all = granted
		}
	}
	return c
}

// fields returns the headers that go on every answer to a call.
func (c *cors) fields(header http.Header) []field {
	if c.all != nil {
		return c.all
	}
	if lines := header["Origin"]; len(lines) == 1 {
		if granted, ok := c.origins[lines[0]]; ok {
			return granted
		}
	}
	return c.others
}

// preflight answers a preflight request. A page that may not call gets an answer without CORS headers.
func (c *call) preflight(out *outcome) {
	out.gate, out.outcome = gateCORS, hook.Handshake
	cors, asked := c.route.cors, strings.Join(c.r.Header[askedHeaders], ", ")
	out.reply.Headers = append(out.reply.Headers, hook.Header{Name: "Vary", Value: "Access-Control-Request-Method, Access-Control-Request-Headers"})
	if c.extra[0].name != allowOrigin || !c.route.takes(c.method()) || len(asked) > maxAsked {
		out.reason = "a preflight request was answered; the page may not call"
		return
	}
	grant := func(name, line string) {
		if line != "" {
			out.reply.Headers = append(out.reply.Headers, hook.Header{Name: name, Value: line})
		}
	}
	grant(allowMethods, strings.Join(c.route.methods, ", "))
	if cors.headers != "" {
		asked = cors.headers
	}
	grant(allowHeaders, asked)
	grant(maxAge, cors.maxAge)
	out.reason = "a preflight request was answered; the page may call"
}
