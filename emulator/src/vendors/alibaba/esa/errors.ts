/** ESA's errors, texts as documented: UpdateCacheTag's list, the cache family's, the global ones. */
import { ApiError } from "../../../ports/api-error.ts";
import { catalog, listed, merged, undocumented } from "../../../ports/catalog.ts";
import { gatewayCatalog } from "../errors.ts";

const bad = (code: string, message: string): ApiError => new ApiError(400, code, message);

export const siteNotFound = new ApiError(404, "SiteNotFound", "The website does not exist or does not belong to you.");
export const lockFailed = bad(
  "LockFailed",
  "The system is handling requests you previously submitted. Try again later.",
);
export const versionNotValid = bad(
  "VersionNotValid",
  "The site does not have version management enabled, or the version number passed in does not exist.",
);
export const versionReadOnly = bad(
  "SpecifiedVersionReadOnly",
  "The specified version number is read-only and cannot be modified.",
);
export const argValue = bad(
  "InvalidParameter.ArgValue",
  "Invalid parameter value. Check whether the value format and length meet the requirements.",
);
export const invalidParameters = bad("InvalidParameters", "The specified parameters are invalid.");
export const invalidContent = bad("InvalidContent", "The specified content is invalid.");
export const invalidUrls = bad("InvalidParameters.InvalidUrls", "The specified urls are invalid.");
export const recordNotInSite = bad(
  "InvalidParameter.RecordNotBelongToSite",
  "The record does not belong to the website.",
);
export const domainOverLimit = bad("DomainNameOverLimit", "A maximum of 10 domains are supported for each request.");
export const missingTime = bad("MissingTimeParameter", "The StartTime and EndTime must be both specified.");
export const endBeforeStart = bad("InvalidEndTime.Mismatch", "The specified EndTime is earlier than the StartTime.");
export const timeTooOld = bad("InvalidTime", "The query time cannot exceed the last 3 days.");
export const quotaExceeded = bad("QuotaExceeded", "The quota of the website is exceeded.");
export const quotaOver = new ApiError(403, "Purge.OverQuota", "The quota of the website is exceeded.");
export const tooManyRequests = bad("TooManyRequests", "Too many requests.Please try again later.");
export const fileTooLarge = bad(
  "ExceedFileUpload",
  "The size of the uploaded file exceeds the upper limit. Select a file less than 10 MB.",
);
export const versionQuota = bad(
  "QuotaCheckFailed.VersionManagement",
  "Insufficient quota for version management. Contact technical support.",
);
export const versionOperation = bad(
  "IllegalOperation.VersionManagement",
  "The version management operation failed because incompatible features or environment settings are configured. Adjust your configurations and try again.",
);
/** What a site's condition does to a write. */
export const conditions = {
  noInstance: bad(
    "InstanceNotExist",
    "The instance does not exist. Check whether the specified instance ID is correct or whether the instance belongs to your account.",
  ),
  instanceOffline: bad(
    "Instance.NotOnline",
    "Your plan is unavailable due to an overdue payment. Complete the payment first.",
  ),
  busy: bad("Site.ServiceBusy", "The website is being processed. Try again later."),
  functionConflict: bad(
    "FunctionConflict",
    "The feature configuration conflicts. Sites with version management enabled cannot configure this feature.",
  ),
  configTooLong: bad(
    "SiteConfigLengthExceedLimit",
    "The overall configuration size of the site exceeds the limit, and the total size of all functional configurations of the site cannot exceed 512K.",
  ),
} as const;

export const esaCatalog = merged(
  gatewayCatalog,
  listed([
    siteNotFound,
    lockFailed,
    versionNotValid,
    versionReadOnly,
    argValue,
    invalidParameters,
    invalidContent,
    invalidUrls,
    recordNotInSite,
    domainOverLimit,
    missingTime,
    endBeforeStart,
    timeTooOld,
    quotaExceeded,
    quotaOver,
    tooManyRequests,
    fileTooLarge,
    versionQuota,
    versionOperation,
    ...Object.values(conditions),
  ]),
  catalog([
    [
      400,
      "ServiceInvokeFailed",
      "The call to the internal service failed. The engineer is resolving the problem. Please wait a moment before trying, or contact customer service for details.",
    ],
    [400, "InternalException", "Failed to call the service. Try again later or contact technical support."],
    [
      400,
      "ConfigConflicts",
      "Configuration conflicts, usually when multiple configurations are configured under the same function of the same site, such as duplicate rule names between multiple configurations.",
    ],
    [
      400,
      "ArgQuotaCheckFailed",
      "The passed-in parameter value failed to verify the validity of the plan. Please check the plan document to obtain the range of parameters that can be configured for the site plan.",
    ],
    [
      400,
      "InvalidParameter.ArgName",
      "Invalid ArgName. Check your website configuration parameters and make sure that they match the supported features and parameter names listed in the official documentation.",
    ],
    [
      400,
      "InvalidParameter.Configs",
      "Invalid parameter configurations. Check whether your feature configurations are in the valid format and comply with relevant requirements.",
    ],
    [403, "Purge.NotSupport", "The plan does not support the feature."],
    [403, "Purge.WrongValueMatched", "The value does not match."],
    [400, "AccountBlacklist", "The account is blocked."],
    [400, "AccountStatusIllegal", "The status of the account is not valid."],
    [400, "ActiveSiteNotExist", "There is no active website."],
    [400, "DomainNameOverLimit", "A maximum of 500 domains are supported for each request."],
    [
      400,
      "MissingParameter.ObjectType",
      "The ObjectType parameter is required if DomainName or ObjectType is specified.",
    ],
    [400, "InvalidStationParameter", "The specified Station is invalid."],
    [400, "InvalidTaskId.Malformed", "The specified taskId is invalid."],
  ]),
);

export const errorTexts = undocumented("esa", esaCatalog, [
  "Site.ServiceBusy",
  "AccountBlacklist",
  "AccountStatusIllegal",
  "ActiveSiteNotExist",
  "InvalidContent",
  "QuotaExceeded",
  "Purge.OverQuota",
  "Purge.NotSupport",
  "Purge.WrongValueMatched",
  "InvalidParameter.RecordNotBelongToSite",
]);
