package cli

import (
	"bytes"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"syscall"

	"hookline.dev/hookline/internal/api"
	"hookline.dev/hookline/internal/fault"
)

// refused is an error response of the server.
type refused struct {
	status int
	error  // for people
}

// Unwrap returns the error for people, which may be several.
func (r *refused) Unwrap() error { return r.error }

// isNotFound reports whether the server answered that something does not exist.
func isNotFound(err error) bool {
	r, ok := errors.AsType[*refused](err)
	return ok && r.status == http.StatusNotFound
}

// isUnauthorized reports whether the server did not accept the credential.
func isUnauthorized(err error) bool {
	r, ok := errors.AsType[*refused](err)
	return ok && r.status == http.StatusUnauthorized
}

// problem turns a problem document into an error.
func (c *client) problem(res *http.Response) error {
	text, _ := io.ReadAll(io.LimitReader(res.Body, maxAnswer)) // use as much as arrived
	var p api.Problem
	if json.Unmarshal(text, &p) != nil || p.Status == 0 {
		return c.strange(res, text)
	}
	if p.Status == http.StatusUnauthorized {
		return c.unauthorized(p)
	}
	if len(p.Errors) == 0 {
		return &refused{p.Status, errors.New(cleanText(p.Detail))}
	}
	var errs []error
	for _, d := range p.Errors {
		if d.Location != "" && !strings.HasPrefix(d.Message, d.Location) {
			d.Message = d.Location + ": " + d.Message
		}
		errs = append(errs, errors.New(cleanText(d.Message)))
	}
	return &refused{p.Status, errors.Join(errs...)}
}

// unauthorized returns the error for a credential that the server does not accept.
func (c *client) unauthorized(p api.Problem) error {
	switch {
	case c.profile != "":
		return &refused{p.Status, fmt.Errorf("%s: %s. Sign in again: hookline login --profile %s", c.base, cleanText(p.Detail), c.profile)}
	case strings.HasPrefix(c.token, keyPrefix):
		return &refused{p.Status, fmt.Errorf("%s: %s", c.base, cleanText(p.Detail))}
	default:
		return &refused{p.Status, fmt.Errorf("%s refused the token; use the one in the file token of its data directory with --data, --token or %s, or sign in with hookline login", c.base, envName("token"))}
	}
}

// strange returns the error for a response that does not come from Hookline's API.
func (c *client) strange(res *http.Response, text []byte) error {
	switch to := res.Header.Get("Location"); {
	case res.StatusCode/100 == 3 && to != "":
		return fmt.Errorf("%s redirects to %s: use the URL at which the server itself answers", c.base, clip(to, 200))
	case res.StatusCode == http.StatusBadRequest && bytes.Contains(text, []byte("HTTP request to an HTTPS server")):
		return fmt.Errorf("%s speaks HTTPS: write https:// instead of http://", c.base)
	default:
		return &refused{res.StatusCode, fmt.Errorf("%s answered %s: %s", c.base, res.Status, clip(string(bytes.TrimSpace(text)), 200))}
	}
}

// unreachable says why a request got no response.
func (c *client) unreachable(err error) error {
	const op = "cli.do"
	_, wrongCertificate := errors.AsType[*tls.CertificateVerificationError](err)
	_, plain := errors.AsType[tls.RecordHeaderError](err)
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return fault.As(op, fault.Unavailable, err, "no server at %s: start one with hookline serve, or set --url or --data", c.base)
	case wrongCertificate:
		return fault.As(op, fault.Unavailable, err, "%s has a certificate that this machine does not trust: %v. If it is from your own authority, set SSL_CERT_FILE to the authority's certificate", c.base, inner(err))
	case plain || strings.Contains(err.Error(), "server gave HTTP response to HTTPS client"):
		return fault.As(op, fault.Unavailable, err, "%s does not speak HTTPS: the server is behind another address, or it serves plain HTTP only", c.base)
	default:
		return fault.As(op, fault.Unavailable, err, "cannot reach %s: %v", c.base, inner(err))
	}
}

// inner returns the cause of a failed request, without the method and URL that net/http adds.
func inner(err error) error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		return u.Err
	}
	return err
}
