// Purge edge caches exactly when content changed: Alibaba Cloud ESA, CDN and DCDN, Tencent Cloud EdgeOne.
package edgecache
