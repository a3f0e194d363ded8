from hashlib import md5
from pathlib import Path

import pulumi
import pulumi_edgecache as edgecache
import tencentcloud_iac_pulumi as tencentcloud

config = pulumi.Config()
zone_id = config.require("zoneId")
url = config.get("url") or "http://www.example.net"

bucket = tencentcloud.cos.Bucket("site", bucket=config.require("bucket"), website={"index_document": "index.html"})

# Each file of the folder is an object. Its ETag is its MD5, by which Pulumi sees that a file changed.
folder = Path("site")
uploads = [
    tencentcloud.cos.BucketObject(
        file.relative_to(folder).as_posix(),
        bucket=bucket.bucket,
        key=file.relative_to(folder).as_posix(),
        source=file.as_posix(),
        etag=md5(file.read_bytes()).hexdigest(),
    )
    for file in sorted(folder.rglob("*"))
    if file.is_file()
]

# The same files by the URLs under which the edge caches them. Once all are uploaded and the bucket serves them, what
# changed is purged; then the nodes are visited until none serves an older page.
site = edgecache.hash_files(path="site", url_prefix=url)
purge = edgecache.teo.PurgeTrigger(
    "pages",
    zone_id=zone_id,
    type="purge_url",
    contents=site.contents,
    await_origin={"url": config.require("origin")},
    verify_edge={"nodes": config.require_object("nodes")},
    opts=pulumi.ResourceOptions(depends_on=uploads),
)

pulumi.export("purged", purge.status)
pulumi.export("proven", purge.proven)
