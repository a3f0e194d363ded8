/** ESA's documented errors: UpdateCacheTag's list, the cache family's, the global ones. */
import { catalog, collected, gatewayCatalog, merged, undocumented } from "../../../ports/catalog.ts";
import * as errors from "./errors.ts";

export const esaCatalog = merged(
  gatewayCatalog,
  collected(errors),
  collected(errors.conditions),
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

export const esaErrorTexts = undocumented("esa", esaCatalog, [
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
