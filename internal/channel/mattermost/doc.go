// Package mattermost sends to Mattermost, with an incoming webhook.
package mattermost
