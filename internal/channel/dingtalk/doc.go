// Package dingtalk sends to group chats of DingTalk, with a custom robot. Nobody is mentioned.
package dingtalk
