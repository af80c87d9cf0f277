// Package aliyunsms sends SMS with the Short Message Service of Alibaba Cloud. Its texts are templates that were approved
// there; a message fills in one of their variables.
package aliyunsms
