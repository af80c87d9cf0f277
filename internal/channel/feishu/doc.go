// Package feishu sends to group chats of Feishu and Lark, with a custom bot, as a card. Nobody is mentioned.
package feishu
