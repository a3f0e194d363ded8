/** The codes of the vendors' own error tables, with their HTTP statuses, written down once more by hand. */
import { describe, expect, test } from "vitest";
import { gatewayCatalog } from "../src/vendors/alibaba/errors.ts";
import { esaCatalog } from "../src/vendors/alibaba/esa/errors.ts";
import { cdnCatalog } from "../src/vendors/alibaba/cdn/errors.ts";
import { dcdnCatalog } from "../src/vendors/alibaba/dcdn/errors.ts";
import { teoCatalog } from "../src/vendors/tencent/teo/errors.ts";

const gateway = `
  404 InvalidAccessKeyId.NotFound  400 InvalidAccessKeyId.Inactive  400 IncompleteSignature  400 SignatureNonceUsed
  400 InvalidTimeStamp.Expired  400 InvalidTimeStamp.Format  400 InvalidSecurityToken.Expired
  400 InvalidSecurityToken.Malformed  400 InvalidSecurityToken.MismatchWithAccessKey  403 Forbidden.RAM
  403 NoPermission  403 Forbidden  400 MissingAccessKeyId  404 InvalidAction.NotFound  404 InvalidApi.NotFound
  400 InvalidVersion  400 UnsupportedHTTPMethod  404 InvalidProtocol.NeedSsl  400 Throttling  400 Throttling.User
  400 Throttling.Api  500 InternalError  500 InternalFailure  503 ServiceUnavailable  503 ServiceUnavailableTemporary`;
const esa = `
  404 SiteNotFound  400 InstanceNotExist  400 LockFailed  400 ServiceInvokeFailed  400 InternalException
  400 ConfigConflicts  400 ArgQuotaCheckFailed  400 SiteConfigLengthExceedLimit  400 FunctionConflict
  400 SpecifiedVersionReadOnly  400 VersionNotValid  400 InvalidParameter.ArgName  400 InvalidParameter.ArgValue
  400 InvalidParameter.Configs  400 IllegalOperation.VersionManagement  400 QuotaCheckFailed.VersionManagement
  400 Instance.NotOnline  400 Site.ServiceBusy  400 TooManyRequests  400 AccountBlacklist  400 AccountStatusIllegal
  400 ActiveSiteNotExist  400 InvalidContent  400 QuotaExceeded  403 Purge.OverQuota  403 Purge.NotSupport
  403 Purge.WrongValueMatched  400 MissingTimeParameter  400 InvalidEndTime.Mismatch  400 DomainNameOverLimit
  400 InvalidTime  400 MissingParameter.ObjectType  400 InvalidStationParameter  400 InvalidTaskId.Malformed
  400 InvalidParameters.InvalidUrls  400 InvalidParameters  400 ExceedFileUpload
  400 InvalidParameter.RecordNotBelongToSite`;
const refresh = `
  404 InvalidDomain.NotFound  400 SingleRequest.OverLimit  400 InvalidObjectType.Malformed  400 InvalidObjectPath.Malformed
  400 InvalidObjectPath.Size.Malformed  400 InvalidExtensiveDomain.ValueNotSupported  400 InvalidStations.Malformed
  400 InvalidParameters  400 MissingParameter  400 QuotaExceeded.Refresh  400 QuotaPerMinuteExceeded.Refresh
  400 TooMany.Refresh  400 PreloadQueueFull  400 IllegalOperationDomain  403 SystemUpgrading  403 ServiceBusy
  400 InvalidTaskId.Malformed  400 MissingTimeParameter  400 InvalidEndTime.Mismatch  400 DomainNameOverLimit
  400 InvalidTime  400 MissingParameter.ObjectType  400 InvalidStartTime.Malformed  400 InvalidEndTime.Malformed
  400 InvalidStartTime.ValueNotSupported  400 InvalidObjectType.ValueNotSupported
  400 InvalidStatus.ValueNotSupported`;
const cdn = `
  503 Throttling  404 InvalidDomain.Offline  403 OperationDenied  403 CdnServiceNotFound  403 IllegalOperation
  403 DomainInProtectedMode  500 InvalidDomain.Configure_failed`;
const dcdn = "400 InvalidObjectPath.ExceedsMaximum  400 QuotaExceeded.Preload  429 TooManyRequests  400 AccountArrears";
const teo = `
  RequestLimitExceeded RequestLimitExceeded.UinLimitExceeded RequestLimitExceeded.GlobalRegionUinLimitExceeded
  RequestLimitExceeded.IPLimitExceeded LimitExceeded.RateLimitExceeded InvalidParameter.ActionInProgress InternalError
  InternalError.BackendError InternalError.DomainConfig InternalError.ProxyServer InternalError.QuotaSystem
  InternalError.FailedToGenerateUrl ServiceUnavailable ResourceInUse ResourceUnavailable ResourceBusy
  ResourceInsufficient FailedOperation OperationDenied UnauthorizedOperation UnauthorizedOperation.Unknown
  UnauthorizedOperation.CamUnauthorized UnauthorizedOperation.NoPermission UnauthorizedOperation.DomainEmpty
  LimitExceeded LimitExceeded.BatchQuota LimitExceeded.DailyQuota LimitExceeded.PackNotAllow RequestSizeLimitExceeded
  ResponseSizeLimitExceeded AuthFailure.SecretIdNotFound AuthFailure.InvalidSecretId AuthFailure.SignatureFailure
  AuthFailure.InvalidAuthorization AuthFailure.MFAFailure AuthFailure.UnauthorizedOperation AuthFailure.TokenFailure
  AuthFailure.SignatureExpire IpInBlacklist IpNotInWhitelist InvalidParameter.DomainNotFound
  InvalidParameter.ZoneNotFound InvalidParameterValue.ZoneNotFound ResourceNotFound.ZoneNotFound
  ResourceUnavailable.ZoneNotFound ResourceNotFound InvalidParameter InvalidParameter.ParameterError
  InvalidParameter.Target InvalidParameter.UploadUrl InvalidParameter.TaskNotGenerated InvalidParameterValue
  MissingParameter UnknownParameter InvalidAction ActionOffline NoSuchVersion NoSuchProduct UnsupportedRegion
  UnsupportedOperation UnsupportedProtocol InvalidRequest DryRunOperation`;

const rows = (text: string): string[] =>
  text
    .trim()
    .split(/\s{2,}/)
    .map((row) => row.trim());

describe.each([
  ["the gateway", gatewayCatalog, rows(gateway)],
  ["ESA", esaCatalog, rows(esa)],
  ["CDN", cdnCatalog, [...rows(refresh), ...rows(cdn)]],
  ["DCDN", dcdnCatalog, [...rows(refresh), ...rows(dcdn)]],
  [
    "EdgeOne",
    teoCatalog,
    teo
      .trim()
      .split(/\s+/)
      .map((code) => `200 ${code}`),
  ],
])("%s", (_name, catalog, documented) => {
  test("can answer with each documented error", () => {
    const known = new Set([...catalog].map(([code, { status }]) => `${status} ${code}`));
    expect(documented.filter((row) => !known.has(row))).toEqual([]);
  });
});
