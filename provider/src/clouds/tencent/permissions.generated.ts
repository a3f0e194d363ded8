/** Written by npm run gen from docs/pages: do not edit. */

/** What a policy may narrow an action to. `anyDomain`: a list that is asked for all domains at once. */
export type CamScope = "all" | "zone";

export const camScopes: Readonly<Record<string, CamScope>> = {
  "teo:CreatePurgeTask": "zone",
  "teo:DescribePurgeTasks": "zone",
  "teo:CreatePrefetchTask": "zone",
  "teo:DescribePrefetchTasks": "zone",
  "teo:DescribeContentQuota": "zone",
  "teo:DescribeZones": "all",
};
