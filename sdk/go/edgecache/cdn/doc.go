// Package cdn purges and prefetches at Alibaba Cloud CDN when content changed.
package cdn
