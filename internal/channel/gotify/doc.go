// Package gotify sends to a Gotify server.
package gotify
