/** Written by npm run gen from docs/pages: do not edit. */

/** One call that a resource or function makes. */
export interface Call {
  readonly action: string;
  /** With these values of `type` only. */
  readonly types?: readonly string[];
  /** With `bulk: "auto"` only. */
  readonly bulk?: true;
}

/** Resource or function → its calls. */
export const calls: Readonly<Record<string, readonly Call[]>> = {
  "edgecache:cdn:PrefetchTrigger": [
    { action: "cdn:PushObjectCache" },
    { action: "cdn:DescribeRefreshTasks", types: ["File", "Directory", "Regex", "ExQuery", "IgnoreParams"] },
    { action: "cdn:DescribeRefreshTaskById" },
    { action: "cdn:DescribeRefreshQuota", types: ["File", "Directory", "Regex", "ExQuery", "IgnoreParams"] },
  ],
  "edgecache:cdn:PurgeTrigger": [
    { action: "cdn:RefreshObjectCaches", types: ["File", "Directory", "Regex", "ExQuery", "IgnoreParams"] },
    { action: "cdn:RefreshObjectCacheByCacheTag", types: ["CacheTag"] },
    { action: "cdn:DescribeRefreshTasks", types: ["File", "Directory", "Regex", "ExQuery", "IgnoreParams"] },
    { action: "cdn:DescribeRefreshTaskById" },
    { action: "cdn:DescribeRefreshQuota", types: ["File", "Directory", "Regex", "ExQuery", "IgnoreParams"] },
  ],
  "edgecache:cdn:getRefreshQuota": [
    { action: "cdn:DescribeRefreshQuota", types: ["File", "Directory", "Regex", "ExQuery", "IgnoreParams"] },
  ],
  "edgecache:cdn:getRefreshTasks": [
    { action: "cdn:DescribeRefreshTasks", types: ["File", "Directory", "Regex", "ExQuery", "IgnoreParams"] },
  ],
  "edgecache:dcdn:EdgeRoutinePurgeTrigger": [
    { action: "dcdn:RefreshErObjectCaches", types: ["File", "Directory", "Regex", "IgnoreParams"] },
    { action: "dcdn:RefreshErObjectCachesByCacheTag", types: ["CacheTag"] },
    { action: "dcdn:DescribeDcdnRefreshTaskById" },
    { action: "dcdn:DescribeDcdnRefreshQuota", types: ["File", "Directory", "Regex", "IgnoreParams"] },
  ],
  "edgecache:dcdn:PrefetchTrigger": [
    { action: "dcdn:PreloadDcdnObjectCaches" },
    { action: "dcdn:DescribeDcdnRefreshTasks", types: ["File", "Directory", "Regex", "IgnoreParams"] },
    { action: "dcdn:DescribeDcdnRefreshTaskById" },
    { action: "dcdn:DescribeDcdnRefreshQuota", types: ["File", "Directory", "Regex", "IgnoreParams"] },
  ],
  "edgecache:dcdn:PurgeTrigger": [
    { action: "dcdn:RefreshDcdnObjectCaches", types: ["File", "Directory", "Regex", "IgnoreParams"] },
    { action: "dcdn:RefreshDcdnObjectCacheByCacheTag", types: ["CacheTag"] },
    { action: "dcdn:DescribeDcdnRefreshTasks", types: ["File", "Directory", "Regex", "IgnoreParams"] },
    { action: "dcdn:DescribeDcdnRefreshTaskById" },
    { action: "dcdn:DescribeDcdnRefreshQuota", types: ["File", "Directory", "Regex", "IgnoreParams"] },
  ],
  "edgecache:dcdn:getRefreshQuota": [
    { action: "dcdn:DescribeDcdnRefreshQuota", types: ["File", "Directory", "Regex", "IgnoreParams"] },
  ],
  "edgecache:dcdn:getRefreshTasks": [
    { action: "dcdn:DescribeDcdnRefreshTasks", types: ["File", "Directory", "Regex", "IgnoreParams"] },
  ],
  "edgecache:esa:CacheTagConfig": [
    { action: "esa:UpdateCacheTag" },
    { action: "esa:GetCacheTag" },
  ],
  "edgecache:esa:PrefetchTrigger": [
    { action: "esa:PreloadCaches" },
    { action: "esa:DescribePreloadTasks" },
  ],
  "edgecache:esa:PurgeTrigger": [
    { action: "esa:PurgeCaches" },
    { action: "esa:DescribePurgeTasks" },
    { action: "esa:GetPurgeQuota", types: ["file", "cachetag", "directory", "ignoreParams", "hostname", "purgeall"] },
    { action: "esa:UploadFile", bulk: true },
    { action: "esa:SubmitUploadTask", bulk: true },
    { action: "esa:GetUploadTask", bulk: true },
    { action: "esa:GetFailFile", bulk: true },
    { action: "esa:ListUploadTasks", bulk: true },
    { action: "openplatform:AuthorizeFileUpload", bulk: true },
  ],
  "edgecache:esa:UploadTask": [
    { action: "esa:GetPurgeQuota", types: ["file", "cachetag", "directory", "ignoreParams", "hostname", "purgeall"] },
    { action: "esa:UploadFile" },
    { action: "esa:SubmitUploadTask" },
    { action: "esa:GetUploadTask" },
    { action: "esa:GetFailFile" },
    { action: "esa:ListUploadTasks" },
    { action: "openplatform:AuthorizeFileUpload" },
  ],
  "edgecache:esa:getCacheTag": [
    { action: "esa:GetCacheTag" },
  ],
  "edgecache:esa:getPrefetchTasks": [
    { action: "esa:DescribePreloadTasks" },
  ],
  "edgecache:esa:getPurgeQuota": [
    { action: "esa:GetPurgeQuota", types: ["file", "cachetag", "directory", "ignoreParams", "hostname", "purgeall"] },
  ],
  "edgecache:esa:getPurgeTasks": [
    { action: "esa:DescribePurgeTasks" },
  ],
  "edgecache:esa:getSite": [
    { action: "esa:GetSite" },
  ],
  "edgecache:esa:getSites": [
    { action: "esa:ListSites" },
  ],
  "edgecache:esa:getUploadTasks": [
    { action: "esa:ListUploadTasks" },
  ],
  "edgecache:teo:PrefetchTrigger": [
    { action: "teo:CreatePrefetchTask" },
    { action: "teo:DescribePrefetchTasks" },
    { action: "teo:DescribeContentQuota" },
  ],
  "edgecache:teo:PurgeTrigger": [
    { action: "teo:CreatePurgeTask" },
    { action: "teo:DescribePurgeTasks" },
    { action: "teo:DescribeContentQuota" },
  ],
  "edgecache:teo:getContentQuota": [
    { action: "teo:DescribeContentQuota" },
  ],
  "edgecache:teo:getPrefetchTasks": [
    { action: "teo:DescribePrefetchTasks" },
  ],
  "edgecache:teo:getPurgeTasks": [
    { action: "teo:DescribePurgeTasks" },
  ],
  "edgecache:teo:getZones": [
    { action: "teo:DescribeZones" },
  ],
};
