/** DCDN's own errors beside those that it shares with CDN. */
import { ApiError } from "../../../ports/api-error.ts";
import { listed } from "../../../ports/catalog.ts";
import { refreshCatalog, refreshTexts } from "../refresh/errors.ts";

export const tooManyRequests = new ApiError(429, "TooManyRequests", "Too many requests, please try again later.");

export const dcdnCatalog = refreshCatalog(listed([tooManyRequests]));

export const dcdnTexts = refreshTexts("dcdn", dcdnCatalog, [
  "InvalidObjectPath.ExceedsMaximum",
  "QuotaExceeded.Preload",
  "AccountArrears",
  "TooManyRequests",
]);
