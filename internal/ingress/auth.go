package ingress

import (
	"crypto/sha256"
	"encoding/binary"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"hookline.dev/hookline/internal/clientip"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/verify"
)

// auth is how a caller authenticates: it must pass every gate in all, and one of the sets in any.
type auth struct {
	all      gates
	any      []gates
	verdicts int            // the most verdicts that the workflow's own gates can add
	passes   []hook.Verdict // the verdicts of a call that passes every gate
	lock     uint64         // identifies the secrets that can be guessed (lockout.go); 0: there are none
}

// gates are ways to authenticate a caller. All gates that are set must pass.
type gates struct {
	allow     *allowGate
	basic     *basicGate
	token     *tokenGate
	signature *signatureGate
}

// compiler builds the gates of a route.
type compiler struct {
	key     string
	env     lookup // notes what it returns in secrets
	secrets []string
	presets *verify.Set
	fetcher verify.Fetcher
	wrong   problems
}

func (x *compiler) auth(from flow.Auth) auth {
	p := auth{all: x.gates("", from.Gates)}
	p.passes = p.all.passes()
	if len(from.Any) > maxAlternatives {
		x.wrong.add("trigger.auth.any", "has more than "+strconv.Itoa(maxAlternatives)+" alternatives; leave some out")
		return p
	}
	for i, alternative := range from.Any {
		p.any = append(p.any, x.gates("any["+strconv.Itoa(i)+"].", alternative))
	}
	tried := sha256.New()
	_, _ = io.WriteString(tried, x.key)
	guessable := false
	for _, g := range p.sets() {
		p.verdicts += g.count()
		guessable = g.fingerprint(tried) || guessable
	}
	if p.verdicts++; guessable { // the lock-out adds one more
		p.lock = max(1, binary.LittleEndian.Uint64(tried.Sum(nil)))
	}
	return p
}

func (x *compiler) gates(at string, from flow.Gates) (g gates) {
	field := "trigger.auth." + at
	if from.AllowIPs != nil {
		g.allow = &allowGate{at: at + gateAllow, networks: clientip.Networks(from.AllowIPs)}
	}
	if from.Basic != nil {
		g.basic = x.basic(at+gateBasic, field+gateBasic, *from.Basic)
	}
	if from.Token != nil {
		g.token = x.token(at+gateToken, field+gateToken, *from.Token)
	}
	if from.Signature != nil {
		g.signature = x.signature(at+gateSignature, field+gateSignature, *from.Signature)
	}
	return g
}

// sets returns all sets of gates, in the order in which they are checked.
func (p *auth) sets() []*gates {
	sets := []*gates{&p.all}
	for i := range p.any {
		sets = append(sets, &p.any[i])
	}
	return sets
}

func (g *gates) count() (n int) {
	for _, set := range []bool{g.allow != nil, g.basic != nil, g.token != nil, g.signature != nil} {
		if set {
			n++
		}
	}
	return n
}

// fingerprint writes the secrets that a caller could guess, and reports whether there are any.
func (g *gates) fingerprint(to io.Writer) bool {
	if g.basic != nil {
		_, _ = to.Write(g.basic.want[:])
	}
	if g.token != nil {
		_, _ = to.Write(g.token.want[:])
	}
	if s := g.signature; s != nil {
		_, _ = io.WriteString(to, s.preset+"\x00"+strings.Join(s.config.Secrets, "\x00"))
		for _, name := range slices.Sorted(maps.Keys(s.config.Keys)) {
			_, _ = io.WriteString(to, "\x00"+name+"\x00"+s.config.Keys[name])
		}
	}
	return g.guessable()
}

// early checks the gates that need no body, except for the address. It also rejects a call whose signature can
// never become valid.
func (g *gates) early(c *call) *outcome {
	if g.basic != nil {
		if out := g.basic.ask(c); out != nil {
			return out
		}
	}
	if g.token != nil {
		if out := g.token.ask(c); out != nil {
			return out
		}
	}
	if s := g.signature; s != nil && s.closed != "" && !s.observe {
		return s.refuseClosed(c)
	}
	return nil
}

// alternatives checks the gates of auth.any that need no body. If none has passed, the alternatives that may
// still pass by a signature stay open. If there are none of those either, the call is rejected.
func (c *call) alternatives() *outcome {
	list := c.route.auth.any
	if len(list) == 0 {
		return nil
	}
	c.undecided = 0
	for i := range list {
		g := &list[i]
		var out *outcome
		if g.allow != nil {
			out = g.allow.ask(c)
		}
		switch {
		case out != nil:
		case c.lockOut != nil && g.guessable():
			out = c.lockOut
		default:
			out = g.early(c)
		}
		switch {
		case out != nil:
			c.rejections = append(c.rejections, out)
		case g.signature == nil:
			c.undecided, c.proofs.alternative = 0, proof{gates: g}
			return nil
		default:
			c.undecided |= 1 << i
		}
	}
	if c.undecided == 0 {
		return c.noneOf()
	}
	return nil
}

// signedAlternatives checks the signatures of the alternatives that are still open.
func (c *call) signedAlternatives() *outcome {
	if c.undecided == 0 {
		return nil
	}
	for i := range c.route.auth.any {
		if c.undecided&(1<<i) == 0 {
			continue
		}
		g := &c.route.auth.any[i]
		out := g.signature.ask(c)
		if out == nil {
			c.proofs.alternative = proof{g, c.secret}
			return nil
		}
		c.rejections = append(c.rejections, out)
	}
	return c.noneOf()
}

// noneOf returns the outcome when no alternative has passed: the outcome of the first, with the challenges of
// all of them (RFC 9110 section 11.6.1).
func (c *call) noneOf() *outcome {
	first := *c.rejections[0]
	reasons := make([]string, len(c.rejections))
	first.headers = nil
	for i, out := range c.rejections {
		reasons[i] = out.gate + ": " + out.reason
		first.guess = first.guess || out.guess
		if first.status == http.StatusForbidden && out.status != http.StatusForbidden {
			first.status, first.problem, first.gate, first.title = out.status, out.problem, out.gate, out.title
		}
		for _, h := range out.headers {
			if !slices.Contains(first.headers, h) {
				first.headers = append(first.headers, h)
			}
		}
	}
	if len(c.rejections) > 1 {
		first.detail = "This webhook accepts " + strconv.Itoa(len(c.rejections)) + " ways to authenticate; this call passes none of them."
	}
	first.reason = "none of the alternatives passed: " + strings.Join(reasons, "; ")
	return &first
}

func unauthenticated(gate, reason, challenge, detail string, guess bool) *outcome {
	return &outcome{
		gate: gate, status: http.StatusUnauthorized, problem: gate, title: "Authentication failed",
		detail: detail, reason: reason, guess: guess,
		headers: []hook.Header{{Name: "WWW-Authenticate", Value: challenge}},
	}
}
