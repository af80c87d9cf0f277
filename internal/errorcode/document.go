package errorcode

// The codes of problems in documents.
const (
	Syntax       = "syntax"
	TooLarge     = "too-large"
	Required     = "required"
	Empty        = "empty"
	UnknownName  = "unknown-name"
	WrongType    = "wrong-type"
	Format       = "format"
	Range        = "range"
	Duplicate    = "duplicate"
	Contradicts  = "contradicts"
	NoEffect     = "no-effect"
	Unsupported  = "unsupported"
	NocoBase     = "nocobase-name"
	Template     = "template"
	Expression   = "expression"
	Unreachable  = "unreachable"
	SecretNeeded = "secret-needed"
	Place        = "place"
	Conflict     = "conflict"
	Missing      = "missing"
	Insecure     = "insecure"
	Reading      = "reading"
	Definition   = "definition"
	Invalid      = "invalid"
)

func documentCodes() []Entry {
	return entries(Document, [][4]string{
		{Syntax, "The text is not valid YAML or JSON.", "A bracket, a quote or the indentation is wrong.", "Go to the line that the message names. Put texts with {{ }}, colons or # in quotes."},
		{TooLarge, "The document, a list or a text is larger than allowed.", "A limit protects the server; the message names it.", "Shorten it, or split it into several documents."},
		{Required, "A field is missing.", "The kind or the section needs it.", "Add the field."},
		{Empty, "A field is there but says nothing.", "It was left blank.", "Fill it in, or leave it out."},
		{UnknownName, "A name is not known here.", "It is misspelled, or belongs to another place.", "Use the name that the message suggests."},
		{WrongType, "A value has another type than the field takes.", "Quotes, brackets or a list are missing or too many.", "Write it as the message shows."},
		{Format, "A text does not have the form that the field needs.", "A URL, header, address, duration or size is written in another way.", "Write it as the message shows."},
		{Range, "A number, a size or a duration is outside of its limits.", "It is too small or too large.", "Choose a value within the limits that the message names."},
		{Duplicate, "Something is given twice.", "A name or an entry was copied.", "Keep one, or rename the other."},
		{Contradicts, "Two settings exclude each other.", "Both were set.", "Keep the one that you mean."},
		{NoEffect, "A setting would have no effect.", "Another setting makes it useless.", "Leave it out, or change the other setting."},
		{Unsupported, "This is not supported.", "The name is reserved, or another product has this feature.", "Use what the message proposes."},
		{NocoBase, "This is a name of NocoBase that has another form here.", "The document was written for NocoBase.", "Write it as the message shows."},
		{Template, "A template cannot be used here or is not valid.", "Braces are missing, or the field takes a fixed value.", "Correct the template; a path looks like {{$context.data.name}}."},
		{Expression, "An expression is not valid.", "An operator, a function or a bracket is wrong.", "Correct it at the place that the message names."},
		{Unreachable, "A variable refers to something that does not exist when the node runs.", "The node comes later, is in another branch, or has another key.", "Refer to a node that always runs before this one."},
		{SecretNeeded, "A secret must be a variable here.", "It is written into the document, where everybody can read it.", "Store it as a secret, and write {{$env.NAME}}."},
		{Place, "A node cannot be at this place.", "Its effect needs another place or another mode of the workflow.", "Move the node, or change the mode, as the message says."},
		{Conflict, "Another workflow, collection or channel has this already.", "A key, a path or a name is used twice.", "Choose another one, or change the other document first."},
		{Missing, "A workflow, collection, field or channel does not exist.", "It is misspelled, or not created yet.", "Create it first, or correct the name."},
		{Insecure, "A setting would make the workflow unsafe.", "A check would always pass or prove nothing.", "Choose a safe value, as the message says."},
		{Reading, "A file cannot be read.", "It is missing, unreadable, or not a document.", "Check the path and its permissions."},
		{Definition, "The definition of a collection or of a field is not valid.", "A rule of its type is broken.", "Correct what the message names."},
		{Invalid, "A value does not fit its field.", "The kind of node, channel or preset has a rule of its own.", "Correct what the message names."},
	})
}
