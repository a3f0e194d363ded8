/** The reader of vendors' pages: all three layouts, and the five pages whose text is kept. */
import { readFileSync, readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { readPage } from "../../tools/pages/page-text.ts";

const folder = "docs/pages/texts";
const pages = Object.fromEntries(
  readdirSync(folder).map((file) => [file.replace(".txt", ""), readPage(readFileSync(`${folder}/${file}`, "utf8"))]),
);

test("a cell a line", () => {
  const text = `Edge Security Acceleration:DoThis

Last Updated:Mar 28, 2026

  • You can submit up to 2,500 URL refreshes per minute for a single domain name.

Action

esa:DoThis

update

*Site

acs:esa:{#regionId}:{#accountId}:site/{#SiteId}

None None

Request parameters

Parameter

Type

Mode

string

Yes

How. Valid values:

  • fast (default): soon.
  • slow: late.

Count

integer

No

Response elements

object

RequestId

string

Error codes

400 Bad.Thing It is bad. Try again. | Something is bad.
404 Gone It is gone.
`;
  expect(readPage(text)).toEqual({
    operation: "DoThis",
    updated: "Mar 28, 2026",
    permission: {
      action: "esa:DoThis",
      access: "update",
      resource: "site",
      pattern: "acs:esa:{#regionId}:{#accountId}:site/{#SiteId}",
      basis: "page",
    },
    request: [
      { name: "Mode", type: "string", required: true, values: ["fast", "slow"] },
      { name: "Count", type: "integer", required: false },
    ],
    response: [{ name: "RequestId", type: "string" }],
    errors: [
      { status: 400, code: "Bad.Thing", text: "It is bad. Try again." },
      { status: 404, code: "Gone", text: "It is gone." },
    ],
    limits: [{ what: "urlsPerMinuteAndDomain", value: 2500 }],
  });
});

test("a row a line, its cells run together", () => {
  const text = `Edge Security Acceleration:ListThese
esa:ListTheselist
*Site
acs:esa:{#regionId}:{#accountId}:site/{#SiteId}
Request parameters
ParameterTypeRequiredDescriptionExample
SiteIdlongNo
KindstringYes
  • one: the first.
Response parameters
RowsArray of RowThe rows.
Itemsarray<object>
ItemsItemsobject
IdentifierstringNo
Error codes
400TooOften.HereToo many requests.Please come back.Requests are too frequent.
`;
  const { permission, request, response, errors } = readPage(text);
  expect(permission).toMatchObject({ action: "esa:ListThese", access: "list" });
  expect(request).toEqual([
    { name: "SiteId", type: "integer", required: false },
    { name: "Kind", type: "string", required: true, values: ["one"] },
  ]);
  expect(response.map(({ name }) => name)).toEqual(["Rows", "Items", "Items[].Identifier"]);
  expect(errors).toEqual([{ status: 400, code: "TooOften.Here", text: "Too many requests.Please come back." }]);
});

test("the five pages", () => {
  const counts = Object.entries(pages).map(
    ([name, page]) =>
      `${name}: ${page.request.length} ${page.response.length} ${page.errors.length} ${page.limits.length}`,
  );
  expect(counts).toEqual([
    "cdn-RefreshObjectCaches: 3 2 0 4",
    "dcdn-RefreshErObjectCaches: 5 2 11 7",
    "esa-ListUploadTasks: 4 9 9 0",
    "esa-UpdateCacheTag: 4 1 17 0",
    "teo-CreatePurgeTask: 8 3 15 1",
  ]);
  // No text ran into its neighbour, and none was cut.
  for (const { errors } of Object.values(pages)) {
    for (const { code, text } of errors) {
      expect([code, text]).toEqual([code, expect.stringMatching(/^[A-Z].{10,}\w[.!)]?$/)]);
      expect([code, text]).toEqual([code, expect.not.stringContaining("|")]);
    }
  }
});
