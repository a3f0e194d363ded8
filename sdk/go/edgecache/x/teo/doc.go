// Package teo purges and prefetches at Tencent Cloud EdgeOne when content changed.
package teo
