import * as pulumi from "@pulumi/pulumi";
import * as edgecache from "pulumi-edgecache";

const config = new pulumi.Config();
const release = config.require("release");
const paths = ["/app.js", "/app.css"];

// The cloud that most visitors come through: a release that it cannot purge has failed.
const first = new edgecache.esa.PurgeTrigger("esa", {
  siteId: config.require("siteId"),
  type: "file",
  targets: paths.map((path) => `http://www.example.com${path}`),
  contentHash: release,
});

// The second: what fails there is told, kept as owed, and does not stop the release. The next `pulumi up` retries it.
const second = new edgecache.teo.PurgeTrigger("edgeone", {
  zoneId: config.require("zoneId"),
  type: "purge_url",
  targets: paths.map((path) => `http://www.example.net${path}`),
  contentHash: release,
  failurePolicy: "warn",
});

export const esa = first.status;
export const edgeone = second.status;
export const owed = second.owed.apply((owed) => owed.map(({ target }) => target));
