// Package teo purges and prefetches at Tencent Cloud EdgeOne when content changed.
//
// This variant has generic types, those of Pulumi's package pulumix.
package teo
