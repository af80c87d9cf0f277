// Package recordaggregate is the kind of node that counts records, or adds up, averages or compares one
// of their fields, as a whole or in groups. It sees what the nodes before it wrote.
package recordaggregate
