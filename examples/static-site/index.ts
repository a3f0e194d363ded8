import * as pulumi from "@pulumi/pulumi";
import * as edgecache from "pulumi-edgecache";

const config = new pulumi.Config();
const siteId = config.require("siteId");
const url = config.get("url") ?? "http://www.example.com";

// A digest for each file of the folder, by the URL under which the edge caches it.
const site = edgecache.hashFilesOutput({ path: "./site", urlPrefix: url });

// Here would be what uploads the folder to the origin; the purge depends on it.
const purge = new edgecache.esa.PurgeTrigger("pages", { siteId, type: "file", contents: site.contents });

// What most visitors ask for is fetched again at once, if it changed.
const hottest = [`${url}/`, `${url}/docs/`];
const hot = site.contents.apply((all) =>
  Object.fromEntries(Object.entries(all).filter(([page]) => hottest.includes(page))),
);
const warm = new edgecache.esa.PrefetchTrigger("hottest", { siteId, contents: hot }, { dependsOn: purge });

export const files = site.files;
export const purged = purge.status;
export const warmed = warm.status;
