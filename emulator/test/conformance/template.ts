/** The template's table of errors, and the client that its tests ask with. */
import { expect } from "vitest";
import type { SeedInput } from "../../src/index.ts";
import { template } from "../../src/vendors/template/index.ts";
import type { Ask, Suite } from "./suite.ts";

const account = "template-account";
const invalidBody = { code: "InvalidBody", message: "The body is not the JSON that the action takes." };
const purge = (...urls: readonly unknown[]) => ({ action: "PurgeUrls", input: { urls } });

export async function askTemplate(
  endpoint: string,
  { action, input = {} }: Ask,
  key = "TEMPLATEKEY:emulator-secret",
  version = "2026-01-01",
): Promise<{ status: number; headers: Headers; body: Record<string, unknown> }> {
  const response = await fetch(endpoint, {
    method: "POST",
    headers: {
      "x-template-action": action,
      "x-template-version": version,
      authorization: `Basic ${Buffer.from(key).toString("base64")}`,
    },
    body: typeof input === "string" ? input : JSON.stringify(input),
  });
  const { status, headers } = response;
  return { status, headers, body: (await response.json()) as Record<string, unknown> };
}

const seed: SeedInput = {
  services: {
    template: {
      sites: [
        { host: "a.com", account },
        { host: "b.com", account: "somebody else" },
      ],
    },
  },
};

export const suite: Suite = {
  options: { vendors: [template], seed },
  accepted: { action: "GetQuota" },
  rows: [
    { name: "a body that is no JSON", action: "PurgeUrls", input: "{", ...invalidBody },
    { name: "no URL", ...purge(), ...invalidBody },
    { name: "a URL that is no text", ...purge(5), ...invalidBody },
    { name: "an unknown member", action: "GetQuota", input: { all: true }, ...invalidBody },
    { name: "a page of 101", action: "ListPurges", input: { limit: 101 }, ...invalidBody },
    {
      name: "eleven URLs",
      ...purge(...Array.from({ length: 11 }, (_, index) => `https://a.com/${index}`)),
      code: "TooManyUrls",
      message: "A call takes no more URLs than the batch limit.",
    },
    {
      name: "a URL without a scheme",
      ...purge("a.com/"),
      code: "InvalidUrl",
      message: "A URL is not an http or https URL.",
    },
    {
      name: "a URL of another account's site",
      ...purge("https://a.com/", "https://b.com/"),
      status: 404,
      code: "ForeignSite",
      message: "A URL is of no site of this account.",
    },
    {
      name: "more URLs than the day has",
      ...purge("https://a.com/1", "https://a.com/2"),
      before: (control) => control.settings.limits({ "template.dailyUrls": 1 }),
      status: 403,
      code: "QuotaUsedUp",
      message: "The daily quota of URLs is used up.",
    },
    {
      name: "more calls than a second allows",
      action: "GetQuota",
      before: async (control, call) => {
        await control.settings.limits({ "template.perSecond": 1 });
        await call({});
      },
      status: 429,
      code: "TooManyCalls",
      message: "Too many calls in this second.",
    },
  ],
  send: (endpoint, ask) => askTemplate(endpoint, ask),
  errorBody: ({ code, message }) => ({
    code,
    message,
    requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
  }),
  errorStatus: 400,
};
