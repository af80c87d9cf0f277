// Package slack knows how Slack signs its calls (events, slash commands, interactions), and answers
// the challenge with which it checks a URL. Slash commands and interactions carry no event id and so
// are not told apart by one.
package slack
