/**
 * The facts of a vendor's page, from its text as a browser copies it. Three layouts are known: Alibaba Cloud's with a
 * cell a line, its older one with a row a line and the cells run together, and Tencent Cloud's. Where copying lost
 * the border between an error's message and its description, the text has ` | ` in its place.
 */
import type { Fault, Limit, Parameter, Permission } from "./facts.ts";

export interface PageText {
  readonly operation: string;
  /** As the page says it. */
  readonly updated: string | undefined;
  readonly permission: Permission | undefined;
  readonly request: readonly Parameter[];
  readonly response: readonly Parameter[];
  readonly errors: readonly Fault[];
  readonly limits: readonly Limit[];
}

export function readPage(text: string): PageText {
  const lines = text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !columns.test(line));
  const [title = ""] = lines;
  const { request, response, errors } = sections(lines);
  return {
    operation: title.replace(/^.*:/, ""),
    updated: after(lines, "Last Updated:"),
    permission: permissionOf(lines),
    request: parameters(request).map(([, parameter]) => parameter),
    response: nested(parameters(response)),
    errors: errors.flatMap(errorOf),
    limits: limitsOf(lines.slice(0, lines.length - errors.length)),
  };
}

/** Titles of columns, and what stands for the answer as a whole. */
const columns =
  /^(Element|Parameter|Type|Required|Description|Example|object|Schema of Response|ParameterType(Required)?DescriptionExample)$/;

const headings = {
  request: /^(Request parameters|Parameter NameRequiredTypeDescription)$/,
  response: /^(Response (parameters|elements)|3\. Output Parameters)$/,
  errors: /^(Error codes|6\. Error Code)$/,
  // An example's text belongs to no table.
  other: /^4\. Example$/,
} as const;

const parts = ["request", "response", "errors", "other"] as const;
type Part = (typeof parts)[number];

function sections(lines: readonly string[]): Record<Part, string[]> {
  const found: Record<Part, string[]> = { request: [], response: [], errors: [], other: [] };
  let at: Part = "other";
  for (const line of lines) {
    const next = parts.find((name) => headings[name].test(line));
    if (next === undefined) found[at].push(line);
    else at = next;
  }
  return found;
}

const types = "string|integer|long|boolean|object|array<object>|String|Boolean|Integer|Array of [A-Za-z]+|CacheTag";
const name = "[A-Z][A-Za-z0-9]*(?:\\.N)?";
/** `SiteIdlongNo`, `ObjectPath String Yes\`, `ZoneIdYesStringZone id.` and, for responses, `RequestIdstring`. */
const rows = [
  new RegExp(`^(?<name>${name}) ?(?<type>${types}) ?(?<required>Yes|No)\\b`),
  new RegExp(`^(?<name>${name}?)(?<required>Yes|No)(?<type>${types})`),
  new RegExp(`^(?<name>${name}?) ?(?<type>${types})(?![a-z])`),
];

/** Each with the line that it stands in. */
function parameters(lines: readonly string[]): [line: string, parameter: Parameter][] {
  const cells = rowsOfCells(lines);
  const found: [string, Parameter][] = [];
  for (const line of cells) {
    const row = rows.map((form) => form.exec(line)?.groups).find((groups) => groups !== undefined);
    if (row?.["name"] !== undefined && row["type"] !== undefined) {
      const required = row["required"] === undefined ? {} : { required: row["required"] === "Yes" };
      found.push([line, { name: row["name"].replace(/\.N$/, ""), type: plainType(row["type"]), ...required }]);
      continue;
    }
    const value = /^• (?<value>[\w-]+) ?(?:\(default\) ?)?(?::|$)/.exec(line)?.groups?.["value"];
    const last = found.at(-1);
    if (value === undefined || last === undefined || last[1].type !== "string") continue;
    const values = [...new Set([...(last[1].values ?? []), value])];
    found[found.length - 1] = [last[0], { ...last[1], values }];
  }
  return found;
}

/** The newer layout has a cell a line: name, type, and in requests Yes or No. */
function rowsOfCells(lines: readonly string[]): string[] {
  const joined: string[] = [];
  const isType = new RegExp(`^(${types})$`);
  for (let at = 0; at < lines.length; at++) {
    const [here = "", type = "", required = ""] = lines.slice(at, at + 3);
    const isRow = new RegExp(`^${name}$`).test(here) && isType.test(type);
    if (!isRow) joined.push(here);
    else if (/^(Yes|No)$/.test(required)) joined.push(`${here} ${type} ${required}`);
    else joined.push(`${here} ${type}`);
    if (isRow) at += /^(Yes|No)$/.test(required) ? 2 : 1;
  }
  return joined;
}

/** What follows `Tasks array<object>` and `TaskItems object` are the members of one of them. */
function nested(found: readonly (readonly [string, Parameter])[]): Parameter[] {
  let inside = "";
  const all: Parameter[] = [];
  for (const [line, parameter] of found) {
    if (/^[A-Z]\w*Items ?object/.test(line)) continue;
    all.push({ ...parameter, name: `${inside}${parameter.name}` });
    if (line.includes("array<object>")) inside = `${parameter.name}[].`;
  }
  return all;
}

function plainType(type: string): Parameter["type"] {
  if (/^(integer|long)$/i.test(type)) return "integer";
  if (/^array/i.test(type)) return "array";
  if (/^boolean$/i.test(type)) return "boolean";
  return /^string$/i.test(type) ? "string" : "object";
}

/** `esa:UpdateCacheTag`, its access level, and the resource two or three lines below. */
function permissionOf(lines: readonly string[]): Permission | undefined {
  const at = lines.findIndex((line) => /^(esa|cdn|dcdn):[A-Z]/.test(line));
  if (at < 0) return undefined;
  const levels = "(?<access>none|list|get|create|update|delete)";
  const own = new RegExp(`^(?<action>\\w+:[A-Za-z]+?)${levels}?$`).exec(lines[at] ?? "")?.groups;
  const access = own?.["access"] ?? lines[at + 1];
  const pattern = lines.slice(at, at + 4).find((line) => line.startsWith("acs:"));
  if (own?.["action"] === undefined) return undefined;
  const resource = pattern === undefined ? "all" : pattern.includes(":site/") ? "site" : "domain";
  return { action: own["action"], access, resource, pattern, basis: "page" };
}

function errorOf(line: string): Fault[] {
  const alibaba = /^(?<status>\d{3}) (?<code>[A-Z][A-Za-z]*(?:\.[A-Z][A-Za-z]*)*) (?<text>.*)$/.exec(line)?.groups;
  if (alibaba?.["code"] !== undefined)
    return [{ status: Number(alibaba["status"]), code: alibaba["code"], text: message(alibaba["text"] ?? "") }];
  const runTogether = /^(?<status>\d{3})(?<rest>[A-Z].*)$/.exec(line)?.groups;
  if (runTogether?.["rest"] !== undefined) return split(runTogether["rest"], Number(runTogether["status"]));
  return /^(InternalError|InvalidParameter|LimitExceeded|UnauthorizedOperation)\./.test(line) ? split(line, 200) : [];
}

function message(text: string): string {
  return text.split(" | ")[0] ?? text;
}

/** A code run together with its text: the text begins where a word follows that is no part of the code. */
function split(line: string, status: number): Fault[] {
  const code =
    /^(?:[A-Z][a-zA-Z]*\.)*?[A-Z][A-Za-z.]*?(?=(?:The|A|Too|An|Server|Failed|Parameter error|Resource|Invalid file|Reached|Not|CAM)\b)/.exec(
      line,
    )?.[0];
  if (code === undefined) return [];
  const text = line.slice(code.length);
  // "…specified.Please provide…": the description follows without a blank. The last such place ends the message.
  const glued = [...text.matchAll(/\.(?=[A-Z])/g)].at(-1);
  return [{ status, code, text: glued === undefined ? text : text.slice(0, glued.index + 1) }];
}

const numbers: readonly (readonly [Limit["what"], RegExp, type?: string])[] = [
  ["perDay", /([\d,]+) URL(?:s| refreshes)? and [\d,]+ director(?:y refreshes|ies)(?: per| each) day/, "File"],
  ["perDay", /[\d,]+ URL(?:s| refreshes)? and ([\d,]+) director(?:y refreshes|ies)(?: per| each) day/, "Directory"],
  ["perCall", /up to ([\d,]+) URL refreshes or [\d,]+ directory refreshes/, "File"],
  ["perCall", /up to [\d,]+ URL refreshes or ([\d,]+) directory refreshes/, "Directory"],
  ["perCall", /maximum of ([\d,]+) URLs in each refresh request/, "File"],
  ["urlsPerMinuteAndDomain", /([\d,]+) URL refreshes per minute for a single domain/],
  ["urlLength", /maximum length of a single URL is ([\d,]+) characters/],
  ["perSecond", /limited to ([\d,]+) calls per second/],
  ["perSecond", /operation per second is ([\d,]+)/],
  ["perSecond", /maximum of ([\d,]+) requests can be initiated per second/],
];

function limitsOf(lines: readonly string[]): Limit[] {
  const text = lines.join("\n");
  return numbers.flatMap(([what, form, type]) => {
    const value = form.exec(text)?.[1];
    return value === undefined
      ? []
      : [{ what, ...(type === undefined ? {} : { type }), value: Number(value.replaceAll(",", "")) }];
  });
}

function after(lines: readonly string[], label: string): string | undefined {
  return lines.find((line) => line.startsWith(label))?.slice(label.length);
}
