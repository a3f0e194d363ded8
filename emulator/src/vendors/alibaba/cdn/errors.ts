/** CDN's own errors beside those that it shares with DCDN. */
import { ApiError } from "../../../ports/api-error.ts";
import { catalog, listed, merged } from "../../../ports/catalog.ts";
import { refreshCatalog, refreshTexts } from "../refresh/errors.ts";

export const throttling = new ApiError(503, "Throttling", "Request was denied due to request throttling.");

export const cdnCatalog = refreshCatalog(
  merged(
    listed([throttling]),
    catalog([
      [403, "CdnServiceNotFound", "The CDN service is not opened."],
      [403, "IllegalOperation", "The operation is not allowed."],
      [500, "InvalidDomain.Configure_failed", "The domain could not be configured."],
    ]),
  ),
);

export const cdnTexts = refreshTexts("cdn", cdnCatalog, [
  "CdnServiceNotFound",
  "IllegalOperation",
  "InvalidDomain.Configure_failed",
]);
