// Package smshttp sends SMS with any provider that has an HTTP API: its config is a template of the request.
package smshttp
