// Package discord sends to a channel of Discord, with a webhook. Nobody is mentioned, whatever the text says.
package discord
