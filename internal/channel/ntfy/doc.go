// Package ntfy publishes to topics of ntfy, on ntfy.sh or a server of one's own.
package ntfy
