package account

// Permission is the right to do one kind of thing. Every operation of the API needs exactly one.
type Permission string

// The permissions. Grants says which role has them.
const (
	UseOwnAccount    Permission = "account.own"
	ReadWorkflows    Permission = "workflows.read"
	SwitchWorkflows  Permission = "workflows.switch"
	EditWorkflows    Permission = "workflows.edit"
	PublishWorkflows Permission = "workflows.publish"
	TestWorkflows    Permission = "workflows.test"
	LoadFiles        Permission = "workflows.load"
	ReadHistory      Permission = "history.read"
	ActOnHistory     Permission = "history.act"
	ReadStatistics   Permission = "statistics.read"
	ReadRecords      Permission = "records.read"
	WriteRecords     Permission = "records.write"
	DefineRecords    Permission = "collections.write"
	ReadChannels     Permission = "channels.read"
	WriteChannels    Permission = "channels.write"
	TestChannels     Permission = "channels.test"
	ReadVariables    Permission = "variables.read"
	WriteVariables   Permission = "variables.write"
	ManageAccounts   Permission = "accounts.manage"
	ReadAudit        Permission = "audit.read"
	ManageServer     Permission = "server.manage"
)

// Grant is one line of the permission table.
type Grant struct {
	Permission Permission
	Lowest     Role // the lowest role that has the permission
	// Workflow means that the permission is about workflows, so a principal that is bound to some workflows has it for
	// these. It has no other permissions.
	Workflow bool
	What     string // what it allows, for people
}

// Grants returns the permission table.
func Grants() []Grant {
	return []Grant{
		{UseOwnAccount, Viewer, true, "see and change one's own account and sessions"},
		{ReadWorkflows, Viewer, true, "see workflows, drafts and versions"},
		{ReadHistory, Viewer, true, "see deliveries and executions, also live"},
		{ReadStatistics, Viewer, true, "see statistics"},
		{ReadRecords, Viewer, false, "see collections and records, and export them"},
		{ReadChannels, Viewer, false, "see notification channels"},
		{ReadVariables, Viewer, false, "see the names of variables and secrets and where they are used"},
		{ActOnHistory, Operator, true, "retry and cancel executions, replay deliveries"},
		{SwitchWorkflows, Operator, true, "enable and disable workflows"},
		{TestChannels, Operator, false, "send a test message through a channel"},
		{EditWorkflows, Editor, true, "edit drafts"},
		{TestWorkflows, Editor, true, "run drafts and single nodes, listen for a sample, send calls"},
		{PublishWorkflows, Editor, true, "publish, roll back, rename and delete workflows"},
		{LoadFiles, Editor, false, "apply documents and load the files of the server again"},
		{WriteRecords, Editor, false, "create, change, delete and import records"},
		{DefineRecords, Editor, false, "create, change and drop collections"},
		{WriteChannels, Editor, false, "create, change and delete channels"},
		{WriteVariables, Admin, false, "set and delete variables and secrets"},
		{ManageAccounts, Admin, false, "manage users, their sessions, and API keys"},
		{ReadAudit, Admin, false, "read, check and export the audit log"},
		{ManageServer, Admin, false, "back up, see settings and profiles of the server"},
	}
}

// grantOf returns the line of a permission.
func grantOf(p Permission) (Grant, bool) {
	for _, g := range Grants() {
		if g.Permission == p {
			return g, true
		}
	}
	return Grant{}, false
}
