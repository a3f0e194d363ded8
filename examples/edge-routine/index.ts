import * as pulumi from "@pulumi/pulumi";
import * as edgecache from "pulumi-edgecache";

// What routine.js wrote by the Cache API lives apart from the CDN's cache: `routineId` names whose it is.
const prices = new edgecache.dcdn.EdgeRoutinePurgeTrigger("prices", {
  type: "File",
  targets: ["http://er.example.com/prices"],
  routineId: new pulumi.Config().get("routineId") ?? "shop.prices",
  // The file's own hash is the trigger: no hash to compute.
  content: new pulumi.asset.FileAsset("./prices.json"),
});

export const status = prices.status;
export const purges = prices.purgeCount;
