from pathlib import Path

import pulumi
import pulumi_edgecache as edgecache

config = pulumi.Config()

# What moved: one URL on each line. A request carries some hundreds of targets, an upload task a file of them.
count = config.get_int("count") or 50_000
listing = Path("moved-urls.txt")
listing.write_text("".join(f"http://img.example.com/products/{number}.jpg\n" for number in range(count)))

moved = edgecache.esa.UploadTask(
    "moved",
    site_id=config.require("siteId"),
    type=edgecache.esa.UploadType.FILE,
    file=pulumi.FileAsset(str(listing)),
)

pulumi.export("status", moved.status)
pulumi.export("targets", moved.tasks.apply(lambda tasks: sum(task.target_count for task in tasks)))
