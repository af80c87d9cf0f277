package errorcode

// callCodes are the problems that callers of webhooks get, as in SPEC §6.
func callCodes() []Entry {
	return entries(Call, [][4]string{
		{"not-found", "No enabled workflow has this address.", "The key or the path is misspelled, or the workflow is disabled.", "Compare the URL with the one that the workflow shows, and enable it."},
		{"path", "The path of the URL is not allowed.", "It has dot segments, doubled slashes or encoded ones.", "Copy the URL from the workflow."},
		{"method", "The workflow does not take this method.", "The sender uses GET, PUT or another method.", "Set the method at the sender, or add it to trigger.methods."},
		{"basic", "User name and password are missing or wrong.", "The sender has none, or old ones.", "Enter the user name and the password at the sender."},
		{"token", "The token is missing or wrong.", "The sender sends none, or an old one.", "Enter the token at the sender, in the header or the parameter that the workflow names."},
		{"signature", "The signature is missing, wrong or too old.", "The secrets differ, or something changed the body on its way.", "See what explain says about the call, and compare the secrets."},
		{"allow-ips", "The caller's address is not in the list.", "The sender uses another address, or a proxy hides it.", "Add the address to allowIPs, or set --trusted-proxies."},
		{"https", "The call came without encryption.", "The sender uses http://, and the server wants https://.", "Enter the URL with https:// at the sender."},
		{"rate", "The caller sends faster than the workflow allows.", "A burst, or a loop at the sender.", "Wait as Retry-After says, or raise trigger.rateLimit."},
		{"locked", "The caller has sent too many wrong secrets.", "A wrong password or token is used again and again.", "Correct it, and wait as Retry-After says."},
		{"too-large", "The body is larger than allowed.", "A file or a batch is too big.", "Send less, or raise maxBody."},
		{"slow", "The body did not arrive in time.", "A slow or broken connection.", "Send the call again, or raise --body-timeout."},
		{"incomplete", "The body ended early.", "The connection was lost.", "Send the call again."},
		{"content-type", "The content type is not accepted.", "The sender uses another one, or none.", "Set the content type at the sender, or add it to trigger.contentTypes."},
		{"malformed", "The body or the query cannot be read.", "It is not what its content type says.", "See the body of the delivery; correct it at the sender."},
		{"schema", "The data does not match the schema.", "A field is missing or has another type.", "Compare the data with trigger.schema; the answer names the fields."},
		{"key", "The idempotency key is missing, malformed, or was used for another request.", "The sender makes no new key for each request.", "Send a new key for each request, and the same for its repeats."},
		{"unavailable", "The server cannot take the call now.", "It starts, stops, is full, or its disk is.", "Send the call again, as Retry-After says."},
		{"timeout", "The workflow takes longer than the caller may wait.", "A node is slow.", "Raise trigger.sync.timeout, or make the workflow async."},
		{"failed", "The workflow did not succeed.", "A node failed.", "Open the execution and see its failed step."},
	})
}

// gateCodes are the reasons of gates' verdicts.
func gateCodes() []Entry {
	return entries(Gate, [][4]string{
		{"no-secret", "The gate has no secret, so it refuses every call.", "The variable that the workflow names is not set.", "Set the variable; the calls that were refused can then be replayed."},
		{"missing", "The call has no signature or credential.", "The sender signs no calls, or a proxy removed the header.", "Enter the secret at the sender, and look for the header in the delivery."},
		{"malformed", "The signature, or a value that it covers, cannot be read.", "The preset is of another provider, or of another version of its scheme.", "Compare the header with the preset's documentation."},
		{"mismatch", "No secret gives this signature.", "The secrets differ, or something changed the body on its way.", "Enter the same secret on both sides; explain shows what was changed."},
		{"no-timestamp", "The call has no timestamp, although the scheme signs one.", "The preset is of another provider, or a header was removed.", "Compare the headers with the preset's documentation."},
		{"no-id", "The call has no id, although the scheme signs one.", "The preset is of another provider, or a header was removed.", "Compare the headers with the preset's documentation."},
		{"stale", "The call is older than the tolerance.", "It waited somewhere, was repeated by somebody else, or a clock is wrong.", "Compare the clocks; replay the delivery if the call is genuine."},
		{"future", "The call is from the future.", "The clock of this server or of the sender is wrong.", "Set the clocks."},
		{"other-key", "The call is signed for another key or application.", "Several applications call the same URL.", "Compare the key that the message names with the one in the workflow."},
		{"unverifiable", "Something that the check needs could not be fetched.", "The provider's server could not be reached.", "The sender tries again; check the outbound connection."},
		{"not-listed", "The caller's address is not in the list.", "The sender uses another address, or a proxy hides it.", "Add the address to allowIPs, or set --trusted-proxies."},
		{"too-many", "There were too many calls or too many wrong secrets.", "A burst, or a wrong credential that is used again and again.", "Wait, correct the credential, or raise the limit."},
		{"refused", "The gate refuses the call.", "The call is not as the gate demands.", "See what the verdict says about the call."},
		{"not-stored", "The value is not recorded, so it cannot be checked again.", "Credentials are removed before a call is stored.", "Ask the sender to call again."},
	})
}
