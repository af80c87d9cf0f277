package errorcode

// stepCodes are the codes of failed steps and executions.
func stepCodes() []Entry {
	return entries(Step, [][4]string{
		{"error", "The node could not do its work.", "The message names what the other side or the data refused.", "Correct the node or the data, then retry from this step."},
		{"condition", "The condition was false, and the node fails then.", "The data is not as the condition expects.", "See the input of the step; give the node branches, or write onFalse: end."},
		{"fail", "A fail node ended the execution.", "The workflow is made to fail here.", "See the message, and the branch that led to it."},
		{"timeout", "The node took longer than its timeout.", "The other side is slow or does not answer.", "Raise the node's timeout, or add a retry."},
		{"panic", "The node failed because of a fault in Hookline.", "A bug.", "Report it with the log of the server, then retry."},
		{"template", "A template or an expression could not be evaluated.", "The data is not as the template expects.", "Compare the template with the data of the call; use ?? for a default."},
		{"too-large", "The result is larger than allowed.", "The answer or the list is too big.", "Ask for less, or save the response to a file."},
		{"limit", "The loop went on until its limit.", "Its condition never becomes false.", "Correct the condition, or raise maxItems."},
		{"aborted", "The execution was aborted.", "It took too long, reached a limit, or stopped the process several times.", "See the reason; raise the limit or correct the workflow, then retry."},
	})
}

// recordCodes are the rules that records and queries may break.
func recordCodes() []Entry {
	return entries(Record, [][4]string{
		{"unknown-collection", "There is no such collection.", "It is misspelled, or was dropped.", "Create the collection, or correct the name."},
		{"unknown-field", "The collection has no such field.", "It is misspelled, or was dropped.", "Add the field, or correct the name."},
		{"required", "A required field has no value.", "The data has none, or a blank one.", "Give a value, or make the field optional."},
		{"type", "A value has another type than its field.", "A text is given for a number, or a list for one value.", "Convert the value, or change the type of the field."},
		{"format", "A text does not have the form of its field.", "It is no valid e-mail address, URL, phone number, date or file.", "Correct the value, or use a text field."},
		{"range", "The field cannot hold this number exactly.", "It has too many digits.", "Change the precision of the field, or round the value."},
		{"option", "The value is not one of the options.", "It is new or misspelled.", "Add the option to the field, or map the value."},
		{"unique", "Another record has this value.", "The same thing was recorded before.", "Use upsert to update the record instead."},
		{"relation", "The related record does not exist, or other records refer to this one.", "It was deleted, or is needed elsewhere.", "Create the related record first, or delete those that refer to it."},
		{"too-large", "There are more bytes, values or records than allowed.", "A limit protects the store; the message names it.", "Write less at a time."},
		{"filter", "The filter does not fit the collection, or is missing.", "A field or an operator is wrong.", "Correct the filter at the place that the message names."},
		{"query", "The sort order, the page or the fields do not fit the collection.", "A name is misspelled, or a value is out of range.", "Correct what the message names."},
		{"not-found", "There is no such record.", "It was deleted, or the id is of another collection.", "Look for the record with a filter."},
		{"changed", "Somebody else changed the record.", "It was read before that change.", "Read it again, then repeat the change."},
	})
}

// requestCodes are the problems of the management API: the kinds of package fault.
func requestCodes() []Entry {
	return entries(Request, [][4]string{
		{"internal", "The server failed.", "A bug, or a failure of the machine.", "See the log of the server."},
		{"invalid", "The request is not valid.", "A field is missing, misspelled or out of range.", "Correct what the message names."},
		{"not-found", "There is no such thing.", "It was deleted, the name is misspelled, or you may not see it.", "Look for it in the list."},
		{"conflict", "The change contradicts what is stored.", "Somebody else changed it, or something else needs it as it is.", "Read it again, and decide with the message at hand."},
		{"unauthorized", "You are not signed in.", "The session has ended, or the key is wrong or has expired.", "Sign in, or use a valid key."},
		{"forbidden", "You may not do this.", "Your role or your key does not allow it.", "Ask an administrator for a higher role."},
		{"too-large", "The request is too large.", "A limit protects the server; the message names it.", "Send less at a time."},
		{"unsupported", "This is not supported.", "The feature does not exist here.", "Use what the message proposes."},
		{"unavailable", "The server cannot do this now.", "It starts, stops, is full, or its disk is.", "Try again later."},
		{"timeout", "It took too long.", "There is too much to search, or the server is busy.", "Narrow the request, or try again."},
		{"canceled", "The request was canceled.", "The connection ended, or somebody canceled it.", "Try again if you still need it."},
		{"limit", "A limit is reached.", "There are too many things of this kind.", "Delete what is not needed, or raise the limit that the message names."},
	})
}
