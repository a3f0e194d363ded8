// Package dcdn purges and prefetches at Alibaba Cloud DCDN, Edge Routine included, when content changed.
//
// This variant has generic types, those of Pulumi's package pulumix.
package dcdn
