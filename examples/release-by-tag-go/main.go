// Tag a site at the edge and purge releases by tag.
package main

import (
	"github.com/edgecache/pulumi-edgecache/sdk/go/edgecache/esa"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		settings := config.New(ctx, "")
		siteID := pulumi.String(settings.Require("siteId"))

		// Which response header of the origin carries the cache tags, and whether case matters.
		tagging, err := esa.NewCacheTagConfig(ctx, "tagging", &esa.CacheTagConfigArgs{
			SiteId:          siteID,
			TagName:         pulumi.String("Edge-Cache-Tag"),
			CaseInsensitive: pulumi.String("on"),
		})
		if err != nil {
			return err
		}

		// The pages of a release carry the tag "release". When the release changes, the edge forgets them:
		// exactly once.
		purge, err := esa.NewPurgeTrigger(ctx, "release", &esa.PurgeTriggerArgs{
			SiteId:      siteID,
			Type:        esa.PurgeTypeCachetag,
			Targets:     pulumi.StringArray{pulumi.String("release")},
			ContentHash: pulumi.String(settings.Require("release")),
		}, pulumi.DependsOn([]pulumi.Resource{tagging}))
		if err != nil {
			return err
		}

		ctx.Export("status", purge.Status)
		ctx.Export("purges", purge.PurgeCount)
		return nil
	})
}
