// Package cdn purges and prefetches at Alibaba Cloud CDN when content changed.
//
// This variant has generic types, those of Pulumi's package pulumix.
package cdn
