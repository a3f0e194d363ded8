import * as pulumi from "@pulumi/pulumi";
import * as edgecache from "pulumi-edgecache";

const config = new pulumi.Config();
const siteId = config.require("siteId");

// Which response header of the origin carries the cache tags, and whether case matters.
const tagging = new edgecache.esa.CacheTagConfig("tagging", {
  siteId,
  tagName: "Edge-Cache-Tag",
  caseInsensitive: "on",
});

// The pages of a release carry the tag "release". When the release changes, the edge forgets them: exactly once.
const purge = new edgecache.esa.PurgeTrigger(
  "release",
  {
    siteId,
    type: "cachetag",
    targets: ["release"],
    contentHash: config.require("release"),
  },
  { dependsOn: tagging },
);

export const status = purge.status;
export const purges = purge.purgeCount;
