module release-by-tag

go 1.26.6

require (
	github.com/edgecache/pulumi-edgecache/sdk/go v0.1.0
	github.com/pulumi/pulumi/sdk/v3 v3.276.0
)
