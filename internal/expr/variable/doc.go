// Package variable implements the variables of templates and expressions: the roots, such as $context, the paths to
// one value below a root, and the Scope that holds the values.
//
//	$context.data.commits[0].author.name
//	$nodes["any key"].rows.0.id
//
// Paths have their own syntax and not expr-lang's: they take keys as senders write them (x-github-event, @attr,
// 한글), and the value keeps its exact text. .name on an array takes the member of each element. What does not exist
// is null.
//
// The package does not decide which roots a field may use; compile.Options do.
package variable
