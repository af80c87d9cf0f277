// Package api is the management API, which the command line and scripts use over HTTP: one file per
// resource. Names follow SPEC §1 and §9, errors are problem documents (RFC 9457), and JSON values keep
// their number texts, key order and escapes.
//
// It receives no webhooks (ingress does), decides nothing about workflows and stores nothing: it asks
// other packages through the small interfaces of Deps.
package api
