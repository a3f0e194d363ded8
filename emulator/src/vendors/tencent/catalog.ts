/** The errors that any of Tencent's products may answer with. All arrive with HTTP 200. */
import { type Catalog, catalog, undocumented } from "../../ports/catalog.ts";

/** Rows of code and message. */
export function tencentErrors(rows: readonly (readonly [string, string])[]): Catalog {
  return catalog(rows.map(([code, message]) => [200, code, message]));
}

export const tencentCatalog = tencentErrors([
  [
    "RequestLimitExceeded",
    "Your current request times equals to `21` in a second, which exceeds the frequency limit `20` for a second. Please reduce the frequency of calls.",
  ],
  ["RequestLimitExceeded.UinLimitExceeded", "The account exceeds its request limit."],
  ["RequestLimitExceeded.GlobalRegionUinLimitExceeded", "The account exceeds its request limit in all regions."],
  ["RequestLimitExceeded.IPLimitExceeded", "The address exceeds its request limit."],
  ["InternalError", "An internal error occurred."],
  ["ServiceUnavailable", "The service is unavailable."],
  ["ResourceInUse", "The resource is in use."],
  ["ResourceUnavailable", "The resource is unavailable."],
  ["ResourceBusy", "The resource is busy."],
  ["ResourceInsufficient", "The resources are insufficient."],
  ["FailedOperation", "The operation failed."],
  ["UnauthorizedOperation", "The operation is not authorized."],
  ["LimitExceeded", "The quota is exceeded."],
  ["RequestSizeLimitExceeded", "The request is too large."],
  ["ResponseSizeLimitExceeded", "The response is too large."],
  ["AuthFailure.SecretIdNotFound", "The SecretId is not found, please ensure that your SecretId is correct."],
  ["AuthFailure.InvalidSecretId", "The SecretId is invalid."],
  [
    "AuthFailure.SignatureFailure",
    "The provided credentials could not be validated. Please check your signature is correct.",
  ],
  ["AuthFailure.InvalidAuthorization", "The `Authorization` header does not conform to the TC3 standard."],
  ["AuthFailure.MFAFailure", "The MFA failed."],
  ["AuthFailure.UnauthorizedOperation", "The request is not authorized."],
  ["AuthFailure.TokenFailure", "The token is invalid."],
  ["AuthFailure.SignatureExpire", "Signature expired, please check that your local time is correct."],
  ["IpInBlacklist", "The address is in the block list."],
  ["IpNotInWhitelist", "The address is not in the allow list."],
  ["ResourceNotFound", "The resource does not exist."],
  ["InvalidParameter", "The parameter is invalid."],
  ["InvalidParameterValue", "The value of the parameter is invalid."],
  ["MissingParameter", "A parameter is missing."],
  ["UnknownParameter", "A parameter is not recognized."],
  ["InvalidAction", "The action is invalid."],
  ["ActionOffline", "The action is offline."],
  ["NoSuchVersion", "The interface version does not exist."],
  ["NoSuchProduct", "The product does not exist."],
  ["UnsupportedRegion", "The region is not supported."],
  ["UnsupportedOperation", "The operation is not supported."],
  ["UnsupportedProtocol", "The protocol is not supported."],
  ["InvalidRequest", "The request is invalid."],
  ["DryRunOperation", "The request would have succeeded."],
]);

/** Stated by a document: these alone. */
const documented = ["RequestLimitExceeded", "AuthFailure.SignatureFailure", "AuthFailure.SecretIdNotFound"];
export const tencentTexts = undocumented(
  "tencent",
  tencentCatalog,
  [...tencentCatalog.keys()].filter((code) => !documented.includes(code)),
);
