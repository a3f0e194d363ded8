/**
 * One comment on a pull request that says what `pulumi up` would purge: written once, and changed by every later run.
 *
 *     PULUMI_ENABLE_STREAMING_JSON_PREVIEW=1 pulumi preview --json > preview.jsonl
 *     node comment.mjs preview.jsonl
 *
 * @typedef {object} Plan
 * @property {boolean} carriedOut
 * @property {"fine" | "coarse"} granularity
 * @property {boolean} everything
 * @property {number} targetCount
 * @property {number} knownCount
 * @property {readonly { reason: string, count: number, targets: readonly string[] }[]} reasons
 * @property {{ fallback: string }} [instead]
 * @property {number} calls
 * @property {number} seconds
 * @property {{ limit: number, before: number, after: number }} [quota]
 * @property {readonly string[]} unknownInputs
 *
 * @typedef {{ urn: string, type: string, plan: Plan }} Trigger
 * @typedef {{ op: string, urn: string, type: string, new?: { outputs?: { plan?: Plan } } }} Step
 * @typedef {object} Event
 * @property {{ metadata?: Step }} [resOutputsEvent]
 * @property {{ metadata?: Step }} [resourcePreEvent]
 * @property {{ policyName: string, enforcementLevel: string, message: string }} [policyEvent]
 * @property {{ severity: string, message: string }} [diagnosticEvent]
 *
 * Takes GITHUB_TOKEN, GITHUB_REPOSITORY and PULL_REQUEST from the environment; GITHUB_API_URL where it is not github.com.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** By this the comment is found again. */
export const marker = "<!-- edgecache: what this would purge -->";
/** GitHub takes 65,536 characters. */
const longest = 60_000;

/**
 * @param {string} lines the preview's events, one JSON object a line
 * @returns {string} Markdown
 */
export function comment(lines) {
  /** @type {Event[]} */
  const events = lines
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => JSON.parse(line));
  const triggers = events.flatMap(({ resOutputsEvent }) => {
    const { urn = "", type = "", new: now } = resOutputsEvent?.metadata ?? {};
    const plan = now?.outputs?.plan;
    return plan?.carriedOut === false ? [{ urn, type, plan }] : [];
  });
  const sent = triggers.filter(({ plan }) => plan.targetCount > 0);
  const violations = events.flatMap(({ policyEvent }) => (policyEvent === undefined ? [] : [policyEvent]));
  const errors = events.flatMap(({ diagnosticEvent: told }) => (told?.severity === "error" ? [told.message] : []));
  const parts = [
    marker,
    "### What this would purge",
    sent.length === 0 ? "Nothing." : table(sent),
    ...sent.map(named),
    ...moved(events),
    ...violations.map(
      ({ policyName, enforcementLevel, message }) =>
        `- **${plain(policyName)}** (${plain(enforcementLevel)}): ${plain(message)}`,
    ),
    ...(errors.length === 0 ? [] : [`The preview failed:\n${errors.map((each) => `- ${plain(each)}`).join("\n")}`]),
  ];
  const text = parts.filter((part) => part !== "").join("\n\n");
  return text.length <= longest ? text : `${text.slice(0, longest)}\n\n… cut`;
}

/** @param {readonly Trigger[]} triggers */
function table(triggers) {
  const rows = triggers.map(({ urn, type, plan }) => {
    const most = plan.unknownInputs.length === 0 ? "" : "at most ";
    const counted = plan.reasons.reduce((sum, { count }) => sum + count, 0);
    const why =
      plan.instead === undefined ? "" : `, by fallback ${plan.instead.fallback} for ${grouped(counted)} targets`;
    const of = plan.instead === undefined ? ` of ${grouped(plan.knownCount)}` : "";
    const what = `${plan.everything ? "everything" : `${most}${grouped(plan.targetCount)}${of}`}${why}`;
    // A coarse purge takes pages that did not change, which is worth a word; a fine one is the usual thing.
    const coarse = plan.granularity === "coarse" ? " (coarse)" : "";
    const quota = plan.quota && [plan.quota.before, plan.quota.after, plan.quota.limit].map(grouped);
    const left = quota === undefined ? "" : `${quota[0]} → ${quota[1]} of ${quota[2]}`;
    const sending = plan.seconds === 0 ? "at once" : `in ${grouped(plan.seconds)} s`;
    return `| ${code(nameIn(urn))} | ${code(type)} | ${what}${coarse} | ${grouped(plan.calls)} | ${sending} | ${left} |`;
  });
  return ["| Trigger | Type | Targets | Calls | Sent | Quota of the day |", "|---|---|---|---|---|---|", ...rows].join(
    "\n",
  );
}

/** @param {number} value */
function grouped(value) {
  return value.toLocaleString("en");
}

/** @param {Trigger} trigger */
function named({ urn, plan }) {
  const lines = plan.reasons.map(({ reason, count, targets }) => {
    const more =
      count > targets.length
        ? `${targets.length === 0 ? "" : ", and "}${count - targets.length} ${targets.length === 0 ? "targets" : "more"}`
        : "";
    return `- ${plain(reason)}: ${targets.map(code).join(", ")}${more}`;
  });
  return `<details><summary>${plain(nameIn(urn))}</summary>\n\n${lines.join("\n")}\n</details>`;
}

/**
 * A trigger that goes while one of its type comes was most likely renamed or moved.
 * @param {readonly Event[]} events
 */
function moved(events) {
  const steps = events.flatMap(({ resourcePreEvent }) => resourcePreEvent?.metadata ?? []).filter(isTrigger);
  const gone = steps.filter(({ op }) => op === "delete");
  return steps
    .filter(({ op }) => op === "create")
    .flatMap(({ urn, type }) => {
      const olds = gone.filter((old) => old.type === type);
      if (olds.length === 0) return [];
      const aliases = olds.map((old) => code(`aliases: ["${old.urn}"]`)).join(" or ");
      return [
        `> ${code(nameIn(urn))} is new while ${olds.map((old) => code(nameIn(old.urn))).join(", ")} goes. If it was only renamed or moved, give it the option ${aliases}: it keeps its record, and only what changed is purged.`,
      ];
    });
}

/** @param {Step} step */
function isTrigger({ type }) {
  return /^edgecache:.*(Trigger|UploadTask)$/.test(type);
}

/** @param {string} urn */
function nameIn(urn) {
  return urn.split("::").at(-1) ?? "";
}

/**
 * Nothing of the program's becomes Markdown or HTML of ours.
 * @param {string} text
 */
function plain(text) {
  return text
    .replaceAll(/\s+/g, " ")
    .trim()
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(/[|`*_[\]#@\\]/g, (each) => `&#${each.codePointAt(0)};`);
}

/** @param {string} text */
function code(text) {
  return `<code>${plain(text)}</code>`;
}

/**
 * @param {string} body
 * @param {{ api: string, repository: string, pullRequest: string, token: string }} where
 * @returns {Promise<"created" | "updated">}
 */
export async function post(body, { api, repository, pullRequest, token }) {
  const comments = `${api}/repos/${repository}/issues/${pullRequest}/comments`;
  /**
   * @param {string} method
   * @param {string} url
   * @param {object} [sent]
   */
  const ask = async (method, url, sent) => {
    const response = await fetch(url, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        accept: "application/vnd.github+json",
        "content-type": "application/json",
      },
      ...(sent === undefined ? {} : { body: JSON.stringify(sent) }),
    });
    if (!response.ok)
      throw new Error(
        `GitHub answers ${method} ${url} with ${response.status}: ${(await response.text()).slice(0, 500)}`,
      );
    return JSON.parse(await response.text());
  };
  for (let page = 1; ; page++) {
    /** @type {{ id: number, body?: string }[]} */
    const found = await ask("GET", `${comments}?per_page=100&page=${page}`);
    const own = found.find(({ body: text }) => text?.startsWith(marker));
    if (own !== undefined) {
      await ask("PATCH", `${api}/repos/${repository}/issues/comments/${own.id}`, { body });
      return "updated";
    }
    if (found.length < 100) break;
  }
  await ask("POST", comments, { body });
  return "created";
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const {
    GITHUB_API_URL: api = "https://api.github.com",
    GITHUB_REPOSITORY: repository,
    PULL_REQUEST: pullRequest,
    GITHUB_TOKEN: token,
  } = process.env;
  const [, , file] = process.argv;
  if (!file || !repository || !pullRequest || !token) {
    process.stderr.write(
      "usage: node comment.mjs PREVIEW.jsonl, with GITHUB_REPOSITORY, PULL_REQUEST and GITHUB_TOKEN set\n",
    );
    process.exit(2);
  }
  console.log(`comment ${await post(comment(readFileSync(file, "utf8")), { api, repository, pullRequest, token })}`);
}
