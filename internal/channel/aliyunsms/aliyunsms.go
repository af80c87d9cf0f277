package aliyunsms

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"hookline.dev/hookline/internal/channel"
	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/markdown"
	"hookline.dev/hookline/internal/outbound"
	"hookline.dev/hookline/internal/value"
)

// maxText is the longest value of a template's variable that is sent, in characters. What a template accepts
// depends on its kind of variable.
const maxText = 500

// version of the API.
const version = "2017-05-25"

// config is the config of the kind.
type config struct {
	// AccessKeyID of a RAM user that may call SendSms.
	AccessKeyID string `json:"accessKeyId" required:"true"`
	// AccessKeySecret of that user.
	AccessKeySecret string `json:"accessKeySecret" required:"true" secret:"true"`
	// SignName is the approved signature that stands before the text.
	SignName string `json:"signName" required:"true"`
	// TemplateCode of the approved template, which begins with SMS_.
	TemplateCode string `json:"templateCode" required:"true"`
	// TextParam is the variable of the template that gets the text.
	TextParam string `json:"textParam"`
	// SubjectParam is the variable of the template that gets the subject, if it has one.
	SubjectParam string `json:"subjectParam"`
	// Endpoint of the API, for another region.
	Endpoint string `json:"endpoint"`
}

type kind struct{ client *outbound.Client }

// New returns the kind.
func New(client *outbound.Client) channel.Kind { return kind{client} }

// Info describes the kind. The limit of 5,000 calls per second is beyond this server's; those per telephone number are
// answered with isv.BUSINESS_LIMIT_CONTROL.
func (kind) Info() channel.Info {
	return channel.Info{
		Type: "aliyun-sms", Title: "Alibaba Cloud SMS (阿里云短信)", Summary: "Sends SMS with Alibaba Cloud, from an approved template.",
		Docs: "https://help.aliyun.com/zh/sms/developer-reference/api-dysmsapi-2017-05-25-sendsms",
		To:   channel.RequiredRecipient, ToHelp: "a telephone number with + and country code", MaxText: maxText,
	}
}

// Compile checks a config.
func (k kind) Compile(v value.Value) (channel.Channel, []decode.Problem) {
	s, written, r := channel.Read(v, config{TextParam: "content", Endpoint: "https://dysmsapi.aliyuncs.com"})
	r.URL("endpoint", written.Endpoint)
	return r.Done(aliyun{s, k.client})
}

type aliyun struct {
	channel.Settings[config]
	client *outbound.Client
}

// CheckTo returns what is wrong with a recipient.
func (aliyun) CheckTo(to string) string { return channel.CheckPhone(to) }

// Send hands the message over. The provider recognizes no repeated message.
func (s aliyun) Send(ctx context.Context, m channel.Message, secrets channel.Secrets) (value.Value, error) {
	c, err := s.Resolve(secrets)
	if err != nil {
		return value.Value{}, err
	}
	var params value.ObjectBuilder
	params.Set(c.TextParam, value.String(channel.Fit(m.Text, markdown.Plain().Render, channel.UTF16, maxText)))
	if c.SubjectParam != "" {
		params.Set(c.SubjectParam, value.String(channel.Cut(m.Subject, maxText)))
	}
	query := canonicalQuery(map[string]string{
		"PhoneNumbers": strings.TrimPrefix(m.To, "+"), "SignName": c.SignName, "TemplateCode": c.TemplateCode,
		"TemplateParam": params.Value().Text(), "OutId": channel.ID(m.Key),
	})
	host := strings.TrimPrefix(strings.TrimPrefix(strings.TrimRight(c.Endpoint, "/"), "https://"), "http://")
	headers := map[string]string{
		"host": host, "x-acs-action": "SendSms", "x-acs-version": version, "x-acs-date": m.Now.UTC().Format(time.RFC3339),
		"x-acs-signature-nonce": channel.ID(m.Key + " " + strconv.FormatInt(m.Now.UnixNano(), 10)), "x-acs-content-sha256": hash(""),
	}
	header := http.Header{"Authorization": {authorization(c.AccessKeyID, c.AccessKeySecret, query, headers)}}
	for name, text := range headers {
		if name != "host" {
			header.Set(name, text)
		}
	}
	answer, err := channel.Do(ctx, s.client, channel.Call{
		URL: strings.TrimRight(c.Endpoint, "/") + "/?" + query, Header: header, Now: m.Now, Refused: refused, Failed: failed,
	})
	if err != nil {
		return value.Value{}, err
	}
	var out value.ObjectBuilder
	return out.Set("bizId", answer.JSON.Get("BizId")).Set("requestId", answer.JSON.Get("RequestId")).Value(), nil
}

// refused reads {"Code": "…", "Message": "…"}, which comes with status 200
// (https://help.aliyun.com/zh/sms/developer-reference/api-error-codes).
func refused(a channel.Answer) *channel.Error {
	code, _ := a.JSON.Get("Code").Str()
	switch code {
	case "OK":
		return nil
	case "":
		return &channel.Error{Message: "the answer is not Alibaba Cloud's"}
	}
	reason, _ := a.JSON.Get("Message").Str()
	e := &channel.Error{Message: "Alibaba Cloud refused the message: " + channel.Clean(code+" "+reason, 200), Final: true}
	failed(a, e)
	return e
}

// failed corrects an error by its code, which may come with any status. A limit per telephone number says its period
// only in words: a minute, an hour (小时), a day (天).
func failed(a channel.Answer, e *channel.Error) {
	code, _ := a.JSON.Get("Code").Str()
	reason, _ := a.JSON.Get("Message").Str()
	switch {
	case code == "isv.BUSINESS_LIMIT_CONTROL":
		e.Final, e.Slower, e.RetryAfter = false, true, time.Minute
		if strings.Contains(reason, "天") || strings.Contains(reason, "小时") {
			e.RetryAfter = time.Hour
		}
	case strings.HasPrefix(code, "Throttling"):
		e.Final, e.Slower = false, true
	case code == "isp.SYSTEM_ERROR" || code == "ServiceUnavailable" || code == "InternalError":
		e.Final = false
	}
}
