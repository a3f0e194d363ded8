// Package dcdn purges and prefetches at Alibaba Cloud DCDN, Edge Routine included, when content changed.
package dcdn
