// Package markdown converts a common dialect of Markdown to what chat services, e-mail and SMS display.
//
// The dialect is CommonMark with strikethrough and bare links, without raw HTML: tags are text. Package goldmark
// parses it. A Style says how one service writes each element, so one more service is one more Style, as data.
//
// What a service cannot display is replaced by the closest form that it can: a heading becomes bold, a link its text
// and address. Nothing that a sender writes can become markup that the author did not intend, if the caller escapes
// data with Escape before it puts the data into a text.
package markdown
