package aliyunsms

import (
	"strings"
	"testing"
)

// TestSignature signs the example of Alibaba Cloud's documentation
// (https://help.aliyun.com/zh/sdk/product-overview/v3-request-structure-and-signature).
func TestSignature(t *testing.T) {
	query := canonicalQuery(map[string]string{
		"RegionId": "cn-shanghai", "ImageId": "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd",
	})
	got := authorization("YourAccessKeyId", "YourAccessKeySecret", query, map[string]string{
		"host": "ecs.cn-shanghai.aliyuncs.com", "x-acs-action": "RunInstances", "x-acs-version": "2014-05-26",
		"x-acs-date": "2023-10-26T10:22:32Z", "x-acs-signature-nonce": "3156853299f313e23d1673dc12e1703d", "x-acs-content-sha256": hash(""),
	})
	if want := "Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0"; !strings.HasSuffix(got, want) {
		t.Errorf("%s, want %s", got, want)
	}
	if got := encoded("a b+c*~/ä"); got != "a%20b%2Bc%2A~%2F%C3%A4" {
		t.Error(got)
	}
}
