/** The template, as the conformance suite must know it. */
import * as template from "../../../provider/src/clouds/template/cache/index.ts";
import { purge, subjectsOf } from "../subject-words.ts";

export const subjects = subjectsOf(template, "template", {
  PurgeTrigger: {
    ...purge,
    keyProperty: "templateKeyId",
    // Its keys never run out.
    expired: undefined,
    cache: "template",
    submit: "PurgeUrls",
    watch: "ListPurges",
    list: "ListPurges",
    lookUp: true,
    base: { type: "url" },
    option: { failurePolicy: "warn" },
    target: (index) => `https://www.example.org/${index}`,
    taskMs: "template.purgeMs",
    perCall: 10,
    sent: (params) => (Array.isArray(params["urls"]) ? params["urls"].map(String) : []),
    daily: "template.dailyUrls",
    failedList: false,
  },
});
