/** Written by npm run gen from docs/pages: do not edit. */

/** What a policy may narrow an action to. `anyDomain`: a list that is asked for all domains at once. */
export type RamScope = "all" | "anyDomain" | "domain" | "site";

export const ramScopes: Readonly<Record<string, RamScope>> = {
  "cdn:RefreshObjectCaches": "domain",
  "cdn:RefreshObjectCacheByCacheTag": "all",
  "cdn:PushObjectCache": "domain",
  "cdn:DescribeRefreshTasks": "anyDomain",
  "cdn:DescribeRefreshTaskById": "all",
  "cdn:DescribeRefreshQuota": "all",
  "dcdn:RefreshDcdnObjectCaches": "domain",
  "dcdn:RefreshErObjectCaches": "domain",
  "dcdn:RefreshDcdnObjectCacheByCacheTag": "all",
  "dcdn:RefreshErObjectCachesByCacheTag": "domain",
  "dcdn:PreloadDcdnObjectCaches": "domain",
  "dcdn:DescribeDcdnRefreshTasks": "anyDomain",
  "dcdn:DescribeDcdnRefreshTaskById": "all",
  "dcdn:DescribeDcdnRefreshQuota": "all",
  "esa:UpdateCacheTag": "site",
  "esa:GetCacheTag": "site",
  "esa:PurgeCaches": "site",
  "esa:DescribePurgeTasks": "site",
  "esa:GetPurgeQuota": "site",
  "esa:PreloadCaches": "site",
  "esa:DescribePreloadTasks": "site",
  "esa:UploadFile": "site",
  "esa:SubmitUploadTask": "site",
  "esa:GetUploadTask": "site",
  "esa:GetFailFile": "site",
  "esa:ListUploadTasks": "site",
  "esa:GetSite": "site",
  "esa:ListSites": "all",
  "openplatform:AuthorizeFileUpload": "all",
};
