/** The service's own errors beside the vendor's. */
import { ApiError } from "../../../ports/api-error.ts";
import { listed, merged } from "../../../ports/catalog.ts";
import { commonCatalog } from "../errors.ts";

export const tooManyUrls = new ApiError(400, "TooManyUrls", "A call takes no more URLs than the batch limit.");
export const invalidUrl = new ApiError(400, "InvalidUrl", "A URL is not an http or https URL.");
export const foreignSite = new ApiError(404, "ForeignSite", "A URL is of no site of this account.");
export const quotaUsedUp = new ApiError(403, "QuotaUsedUp", "The daily quota of URLs is used up.");
export const siteBusy = new ApiError(409, "SiteBusy", "The site is being changed. Try again later.");

export const cacheCatalog = merged(
  commonCatalog,
  listed([tooManyUrls, invalidUrl, foreignSite, quotaUsedUp, siteBusy]),
);
