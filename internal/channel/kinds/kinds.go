package kinds

import (
	"hookline.dev/hookline/internal/channel"
	"hookline.dev/hookline/internal/channel/aliyunsms"
	"hookline.dev/hookline/internal/channel/dingtalk"
	"hookline.dev/hookline/internal/channel/discord"
	"hookline.dev/hookline/internal/channel/email"
	"hookline.dev/hookline/internal/channel/feishu"
	"hookline.dev/hookline/internal/channel/gotify"
	"hookline.dev/hookline/internal/channel/matrix"
	"hookline.dev/hookline/internal/channel/mattermost"
	"hookline.dev/hookline/internal/channel/ntfy"
	"hookline.dev/hookline/internal/channel/slack"
	"hookline.dev/hookline/internal/channel/smshttp"
	"hookline.dev/hookline/internal/channel/teams"
	"hookline.dev/hookline/internal/channel/telegram"
	"hookline.dev/hookline/internal/channel/twilio"
	"hookline.dev/hookline/internal/channel/vonage"
	"hookline.dev/hookline/internal/channel/webhook"
	"hookline.dev/hookline/internal/channel/wecom"
	"hookline.dev/hookline/internal/outbound"
)

// Set returns the kinds, in the order of the reference page. client may be nil if nothing is sent.
func Set(client *outbound.Client) *channel.Set {
	return channel.NewSet(
		email.New(client),
		slack.New(client),
		teams.New(client),
		discord.New(client),
		telegram.New(client),
		mattermost.New(client),
		matrix.New(client),
		ntfy.New(client),
		gotify.New(client),
		dingtalk.New(client),
		wecom.New(client),
		feishu.New(client),
		twilio.New(client),
		vonage.New(client),
		aliyunsms.New(client),
		smshttp.New(client),
		webhook.New(client),
	)
}
