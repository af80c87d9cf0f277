// Package slack sends to Slack: with an incoming webhook, whose URL determines the conversation, or with a bot token
// and chat.postMessage.
package slack
