/** CDN, as the conformance suite must know it. */
import * as cdn from "../../../provider/src/clouds/alibaba/cdn/index.ts";
import { alibaba, lines, prefetch, purge, subjectsOf } from "../subject-words.ts";

export const subjects = subjectsOf(cdn, "cdn", {
  PurgeTrigger: {
    ...alibaba,
    ...purge,
    cache: "cdn",
    submit: "RefreshObjectCaches",
    watch: "DescribeRefreshTaskById",
    list: "DescribeRefreshTasks",
    lookUp: true,
    base: { type: "File" },
    option: { force: false },
    limits: { "cdn.urlsPerMinute": 10_000 },
    target: (index) => `https://cdn.example.com/${index}`,
    taskMs: "cdn.refreshMs",
    perCall: 1000,
    sent: lines,
    daily: "cdn.daily.file",
    quotaResets: "It resets at midnight (UTC+8): wait until then, ",
    failedList: false,
  },
  PrefetchTrigger: {
    ...alibaba,
    ...prefetch,
    cache: "cdn",
    submit: "PushObjectCache",
    watch: "DescribeRefreshTaskById",
    list: "DescribeRefreshTasks",
    lookUp: true,
    base: {},
    option: { area: "domestic" },
    target: (index) => `https://cdn.example.com/${index}`,
    taskMs: "cdn.preloadMs",
    perCall: 100,
    sent: lines,
    daily: "cdn.preloadDaily",
    quotaResets: "It resets at midnight (UTC+8): wait until then, ",
    failedList: false,
  },
});
