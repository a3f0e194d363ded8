// Package esa configures cache tags at Alibaba Cloud ESA, and purges and prefetches there when content changed.
//
// This variant has generic types, those of Pulumi's package pulumix.
package esa
