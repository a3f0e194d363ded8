/** docs/errors.md: every error that a source lists for an operation that the provider calls, and what the provider makes of it. */
import { toFault as alibabaFault, type CodeTable } from "../../provider/src/clouds/alibaba/errors.ts";
import { esaCodes } from "../../provider/src/clouds/alibaba/esa/errors.ts";
import { cdn } from "../../provider/src/clouds/alibaba/cdn/client.ts";
import { dcdn } from "../../provider/src/clouds/alibaba/dcdn/client.ts";
import { refreshCodes } from "../../provider/src/clouds/alibaba/refresh/errors.ts";
import { toFault as tencentFault } from "../../provider/src/clouds/tencent/errors.ts";
import type { Fault as Made, FaultKind } from "../../provider/src/core/errors.ts";
import type { Fault, ServiceFacts } from "./facts.ts";

const alibabaCodes: Readonly<Record<string, CodeTable>> = {
  ESA: esaCodes,
  CDN: refreshCodes(cdn.quotaResets),
  DCDN: refreshCodes(dcdn.quotaResets),
};

/** What the provider makes of an answer. */
export function made({ cloud }: ServiceFacts, action: string, { status, code, text }: Fault): Made {
  const refusal = { status, code, text: text ?? "", requestId: "r" };
  const where = { action, missingStatement: () => "…" };
  if (cloud === "EdgeOne") return tencentFault(refusal, where);
  const to = { url: new URL("https://host"), proxy: undefined };
  return alibabaFault(refusal, { ...where, cloud, to, codes: alibabaCodes[cloud] ?? {} });
}

export const passing: ReadonlySet<FaultKind> = new Set<FaultKind>(["throttled", "transient", "ambiguous"]);

const meaning: Readonly<Record<FaultKind, string>> = {
  throttled: "asked too often",
  transient: "passing trouble",
  quota: "quota or plan",
  auth: "credentials or permission",
  notFound: "does not exist",
  invalid: "wrong request",
  ambiguous: "may have acted",
  unsent: "nothing was sent",
  unknown: "unknown",
};

/** Below it stand the texts that test/mistakes compares, and writes with UPDATE_DOCS=1. */
export const mistakesMark = [
  "## What mistakes are told like\n",
  "The whole text of each, as `pulumi preview` or `pulumi up` shows it (`test/mistakes` compares them).",
].join("\n");

/** `current`: the page as it is, whose lower part is kept. */
export function errorsPage(facts: readonly ServiceFacts[], current: string): string {
  const sections = facts.filter(({ operations }) => operations.some(({ errors }) => errors.length > 0)).map(section);
  const below = current.includes(mistakesMark) ? current.slice(current.indexOf(mistakesMark)) : mistakesMark;
  return [...opening, ...sections, below].join("\n");
}

const opening = [
  "<!-- Written by npm run gen from docs/pages and the provider's tables of codes: do not edit. -->\n",
  "# What each error means\n",
  "Every code that the vendors list for an operation that the provider calls; sources are in [pages/](pages/README.md).",
  "`test/triggers/errors.test.ts` drives them through the provider against the emulator.\n",
  "Passing trouble and throttling are outlasted; they are read only when they last longer than the deadline (passing",
  "trouble: two minutes, if that is sooner). So is what may have acted, after a look whether it did. Everything else",
  "fails at once. A message says the operation, the code, the vendor's text, the request id and the next step, for a",
  "trigger also which targets are not done.\n",
];

function section(service: ServiceFacts): string {
  const byCode = new Map<string, { fault: Fault; operations: string[] }>();
  for (const { operation, errors } of service.operations) {
    for (const fault of errors) {
      const key = `${fault.code} ${fault.text ?? ""}`;
      const row = byCode.get(key);
      if (row === undefined) byCode.set(key, { fault, operations: [operation] });
      else row.operations.push(operation);
    }
  }
  const rows = [...byCode.values()]
    .sort((one, other) => (one.fault.code < other.fault.code ? -1 : 1))
    .map(({ fault, operations }) => {
      const { kind, hint } = made(service, operations[0] ?? "", fault);
      const text = fault.text === null ? "(not published)" : fault.text.replaceAll("|", "\\|");
      return `| ${fault.status} | \`${fault.code}\` | ${text} | ${meaning[kind]} | ${passing.has(kind) ? "yes" : "no"} | ${hint ?? ""} | ${operations.join(", ")} |`;
    });
  return [
    `## ${service.cloud}\n`,
    "| HTTP | Code | The vendor's text | Means | Tried again | Next step | Listed for |\n|---|---|---|---|---|---|---|",
    ...rows,
    "",
  ].join("\n");
}
