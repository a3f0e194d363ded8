import pulumi
import pulumi_edgecache as edgecache

config = pulumi.Config()
site_id = config.require("siteId")

# Which response header of the origin carries the cache tags, and whether case matters.
tagging = edgecache.esa.CacheTagConfig(
    "tagging",
    site_id=site_id,
    tag_name="Edge-Cache-Tag",
    case_insensitive="on",
)

# The pages of a release carry the tag "release". When the release changes, the edge forgets them: exactly once.
purge = edgecache.esa.PurgeTrigger(
    "release",
    site_id=site_id,
    type="cachetag",
    targets=["release"],
    content_hash=config.require("release"),
    opts=pulumi.ResourceOptions(depends_on=[tagging]),
)

pulumi.export("status", purge.status)
pulumi.export("purges", purge.purge_count)
