// Package telegram sends to chats of Telegram, as a bot.
package telegram
