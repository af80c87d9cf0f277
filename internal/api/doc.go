// Package api is the management API: what the command line and scripts read and switch over HTTP,
// one file per resource. The names are those of SPEC §1 and §9; errors are problem documents
// (RFC 9457); JSON values are handed on with the number texts, key order and escapes they came with.
//
// It receives no webhooks (that is ingress), decides nothing about workflows, and keeps nothing: what
// it needs it asks for through the small interfaces of Deps.
package api
