/** ESA's own errors, texts as documented. */
import { ApiError } from "../../../ports/api-error.ts";

const bad = (code: string, message: string): ApiError => new ApiError(400, code, message);

export const siteNotFound = new ApiError(404, "SiteNotFound", "The website does not exist or does not belong to you.");
export const lockFailed = bad("LockFailed", "The system is handling requests you previously submitted.");
export const versionNotValid = bad(
  "VersionNotValid",
  "Version management is not enabled for the website, or the version does not exist.",
);
export const versionReadOnly = bad("SpecifiedVersionReadOnly", "The specified version is read-only.");
export const argValue = bad("InvalidParameter.ArgValue", "The value of the parameter is invalid.");
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
  "The plan of the website does not include version management.",
);
export const versionOperation = bad(
  "IllegalOperation.VersionManagement",
  "Version management can be turned off only when version 0 is the only version.",
);
/** What a site's condition does to a write. */
export const conditions = {
  noInstance: bad("InstanceNotExist", "The plan instance does not exist."),
  instanceOffline: bad("Instance.NotOnline", "The instance is not online."),
  busy: bad("Site.ServiceBusy", "The website is being processed. Try again later."),
  functionConflict: bad("FunctionConflict", "The feature conflicts with another feature of the website."),
  configTooLong: bad("SiteConfigLengthExceedLimit", "The configuration of the website exceeds 512 KB."),
} as const;
