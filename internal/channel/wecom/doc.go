// Package wecom sends to group chats of WeCom, with a robot. Nobody is mentioned.
package wecom
