// Package edgecache purges edge caches exactly when content changed: Alibaba Cloud ESA, CDN and DCDN, Tencent Cloud EdgeOne.
//
// The resources are in the packages esa, cdn, dcdn and teo below it. Here are what they share: HashFiles, which makes the
// Contents of a trigger from a folder; Provider, for credentials and endpoints that a program gives; GetPolicy, the least
// that a key must be allowed.
//
// This variant has generic types, those of Pulumi's package pulumix.
package edgecache
