/** Features of the visitor that a site may make part of its cache key. */
import { COUNTRY_HEADER } from "../ports/headers.ts";

export function keyFeatures(names: readonly string[], headers: Readonly<Record<string, string>>): string {
  if (names.length === 0) return "";
  return names.map((name) => `${name}=${feature(name, headers)}`).join("&");
}

function feature(name: string, headers: Readonly<Record<string, string>>): string {
  switch (name) {
    case "UserDeviceType":
      return deviceType(headers["user-agent"] ?? "");
    case "UserLanguage":
      return (headers["accept-language"] ?? "").split(/[,;-]/)[0]?.trim().toLowerCase() ?? "";
    case "UserGeo":
      return headers[COUNTRY_HEADER] ?? "";
    default:
      return "";
  }
}

function deviceType(userAgent: string): string {
  if (/iPad|Tablet/i.test(userAgent)) return "tablet";
  return /Mobi|Android|iPhone/i.test(userAgent) ? "mobile" : "desktop";
}
