/** What DCDN's API has and no npm release of its SDK (the newest is 2.5.0), in the form of that SDK. */

/** https://api.aliyun.com/document/dcdn/2018-01-15/RefreshErObjectCachesByCacheTag; `alibabacloud-go/dcdn-20180115`. */
export interface UnreleasedOperations {
  refreshErObjectCachesByCacheTag(request: RefreshErObjectCachesByCacheTagRequest): Promise<unknown>;
}

export interface RefreshErObjectCachesByCacheTagRequest {
  cacheTag?: string;
  domain?: string;
  force?: boolean;
  mergeDomainName?: string;
}
