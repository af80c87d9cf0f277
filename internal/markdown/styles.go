package markdown

import (
	"html"
	"strings"
)

// Plain returns the style for plain text.
func Plain() *Style { return &Style{} }

// HTML returns the style for e-mail and other HTML.
func HTML() *Style {
	return &Style{
		Escape: html.EscapeString,
		Bold:   Wrap{"<strong>", "</strong>"}, Italic: Wrap{"<em>", "</em>"}, Strike: Wrap{"<del>", "</del>"},
		Code: Wrap{"<code>", "</code>"}, Pre: Wrap{"<pre><code>", "</code></pre>"},
		Heading: [6]Wrap{
			{"<h1>", "</h1>"}, {"<h2>", "</h2>"}, {"<h3>", "</h3>"}, {"<h4>", "</h4>"}, {"<h5>", "</h5>"}, {"<h6>", "</h6>"},
		},
		Quote: Wrap{"<blockquote>", "</blockquote>"}, Item: Wrap{"<li>", "</li>"}, List: Wrap{"<ul>", "</ul>"},
		Ordered: Wrap{"<ol>", "</ol>"}, Para: Wrap{"<p>", "</p>"}, Rule: "<hr>", Break: "<br>\n",
		Link: func(text, address string) string { return `<a href="` + address + `">` + text + "</a>" },
	}
}

// Slack returns the style of Slack's mrkdwn (https://docs.slack.dev/messaging/formatting-message-text).
func Slack() *Style {
	return &Style{
		Escape: strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace,
		Bold:   Wrap{"*", "*"}, Italic: Wrap{"_", "_"}, Strike: Wrap{"~", "~"},
		Code: Wrap{"`", "`"}, Pre: Wrap{"```\n", "\n```"}, QuoteLine: "> ",
		Link: func(text, address string) string {
			return "<" + address + "|" + strings.ReplaceAll(text, "|", "¦") + ">"
		},
	}
}

// Telegram returns the style of Telegram's HTML (https://core.telegram.org/bots/api#html-style).
func Telegram() *Style {
	return &Style{
		Escape: strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;").Replace,
		Bold:   Wrap{"<b>", "</b>"}, Italic: Wrap{"<i>", "</i>"}, Strike: Wrap{"<s>", "</s>"},
		Code: Wrap{"<code>", "</code>"}, Pre: Wrap{"<pre>", "</pre>"}, Quote: Wrap{"<blockquote>", "</blockquote>"},
		DataAt: brokenAt,
		Link:   func(text, address string) string { return `<a href="` + address + `">` + text + "</a>" },
	}
}
