import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import * as alicloud from "@pulumi/alicloud";
import * as pulumi from "@pulumi/pulumi";
import * as edgecache from "pulumi-edgecache";

const config = new pulumi.Config();
const siteId = config.require("siteId");
const url = config.get("url") ?? "http://www.example.com";

const bucket = new alicloud.oss.Bucket("site", { bucket: config.require("bucket") });
const website = new alicloud.oss.BucketWebsite("site", {
  bucket: bucket.bucket,
  indexDocument: { suffix: "index.html", supportSubDir: true },
});

// Each file of the folder is an object. By its MD5 Pulumi sees that a file changed, and OSS that it arrived whole.
const uploads = readdirSync("site", { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => {
    const source = path.posix.join(entry.parentPath.replaceAll("\\", "/"), entry.name);
    const key = path.posix.relative("site", source);
    const contentMd5 = createHash("md5").update(readFileSync(source)).digest("hex");
    return new alicloud.oss.BucketObject(key, { bucket: bucket.bucket, key, source, contentMd5 });
  });

// The same files by the URLs under which the edge caches them. Once all are uploaded and the bucket serves them, what
// changed is purged; then three nodes are visited until none serves an older page.
const site = edgecache.hashFilesOutput({ path: "site", urlPrefix: url });
const purge = new edgecache.esa.PurgeTrigger(
  "pages",
  {
    siteId,
    type: "file",
    contents: site.contents,
    awaitOrigin: { url: config.require("origin") },
    verifyEdge: { nodes: config.requireObject<string[]>("nodes") },
  },
  { dependsOn: [website, ...uploads] },
);

export const purged = purge.status;
export const proven = purge.proven;
