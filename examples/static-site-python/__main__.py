import pulumi
import pulumi_edgecache as edgecache

config = pulumi.Config()
site_id = config.require("siteId")
url = config.get("url") or "http://www.example.com"

# A digest for each file of the folder, by the URL under which the edge caches it.
site = edgecache.hash_files(path="./site", url_prefix=url)

# Here would be what uploads the folder to the origin; the purge depends on it.
purge = edgecache.esa.PurgeTrigger(
    "pages",
    site_id=site_id,
    type="file",
    contents=site.contents,
)

# What most visitors ask for is fetched again at once, if it changed.
hottest = [f"{url}/", f"{url}/docs/"]
warm = edgecache.esa.PrefetchTrigger(
    "hottest",
    site_id=site_id,
    contents={page: site.contents[page] for page in hottest if page in site.contents},
    opts=pulumi.ResourceOptions(depends_on=[purge]),
)

pulumi.export("files", site.files)
pulumi.export("purged", purge.status)
pulumi.export("warmed", warm.status)
