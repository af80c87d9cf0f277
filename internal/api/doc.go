// Package api is the management API, which the command line and scripts use over HTTP. It has one file per
// resource. Names follow SPEC §1 and §9, errors are problem documents (RFC 9457), and JSON values keep their
// number literals, key order and escapes.
//
// It does not receive webhooks (package ingress does), makes no decisions about workflows and stores nothing.
// It calls other packages through the small interfaces in Deps.
package api
