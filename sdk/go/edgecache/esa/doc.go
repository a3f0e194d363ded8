// Package esa configures cache tags at Alibaba Cloud ESA, and purges and prefetches there when content changed.
package esa
