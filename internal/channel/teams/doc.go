// Package teams sends to Microsoft Teams, as an Adaptive Card, to the URL of a workflow that starts when a webhook
// request is received. The older connectors of Office 365 are retired.
package teams
