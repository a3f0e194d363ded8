/** ESA's documented errors: UpdateCacheTag's list, the cache family's, the global ones. */
import { catalog, collected, gatewayCatalog, merged, undocumented } from "../../../ports/catalog.ts";
import * as errors from "./errors.ts";

export const esaCatalog = merged(
  gatewayCatalog,
  collected(errors),
  collected(errors.conditions),
  catalog([
    [400, "ServiceInvokeFailed", "Failed to call the internal service. Wait a moment and try again."],
    [400, "InternalException", "Failed to call the service. Try again later or contact technical support."],
    [400, "ConfigConflicts", "The configuration has duplicate parameter values."],
    [400, "ArgQuotaCheckFailed", "The parameter value is not allowed by the plan."],
    [400, "InvalidParameter.ArgName", "The name of the parameter is invalid."],
    [400, "InvalidParameter.Configs", "The configuration is invalid."],
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

export const esaErrorTexts = undocumented("esa", esaCatalog, [
  "InstanceNotExist",
  "LockFailed",
  "ServiceInvokeFailed",
  "InternalException",
  "ConfigConflicts",
  "ArgQuotaCheckFailed",
  "SiteConfigLengthExceedLimit",
  "FunctionConflict",
  "SpecifiedVersionReadOnly",
  "VersionNotValid",
  "InvalidParameter.ArgName",
  "InvalidParameter.ArgValue",
  "InvalidParameter.Configs",
  "IllegalOperation.VersionManagement",
  "QuotaCheckFailed.VersionManagement",
  "Instance.NotOnline",
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
