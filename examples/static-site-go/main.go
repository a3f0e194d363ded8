// Purge exactly the pages of a static site that changed, then warm the hottest.
package main

import (
	"github.com/edgecache/pulumi-edgecache/sdk/go/edgecache"
	"github.com/edgecache/pulumi-edgecache/sdk/go/edgecache/esa"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		settings := config.New(ctx, "")
		siteID := pulumi.String(settings.Require("siteId"))
		url := settings.Get("url")
		if url == "" {
			url = "http://www.example.com"
		}

		// A digest for each file of the folder, by the URL under which the edge caches it.
		site, err := edgecache.HashFiles(ctx, &edgecache.HashFilesArgs{Path: "./site", UrlPrefix: &url})
		if err != nil {
			return err
		}

		// Here would be what uploads the folder to the origin; the purge depends on it.
		purge, err := esa.NewPurgeTrigger(ctx, "pages", &esa.PurgeTriggerArgs{
			SiteId:   siteID,
			Type:     esa.PurgeTypeFile,
			Contents: pulumi.ToStringMap(site.Contents),
		})
		if err != nil {
			return err
		}

		// What most visitors ask for is fetched again at once, if it changed.
		hottest := pulumi.StringMap{}
		for _, page := range []string{url + "/", url + "/docs/"} {
			if digest, ok := site.Contents[page]; ok {
				hottest[page] = pulumi.String(digest)
			}
		}
		warm, err := esa.NewPrefetchTrigger(ctx, "hottest", &esa.PrefetchTriggerArgs{
			SiteId:   siteID,
			Contents: hottest,
		}, pulumi.DependsOn([]pulumi.Resource{purge}))
		if err != nil {
			return err
		}

		ctx.Export("files", pulumi.Int(site.Files))
		ctx.Export("purged", purge.Status)
		ctx.Export("warmed", warm.Status)
		return nil
	})
}
