/** EdgeOne, as the conformance suite must know it. */
import * as teo from "../../../provider/src/clouds/tencent/teo/index.ts";
import { tencent, prefetch, purge, targets, subjectsOf } from "../subject-words.ts";

export const subjects = subjectsOf(teo, "teo", {
  PurgeTrigger: {
    ...tencent,
    ...purge,
    cache: "teo",
    submit: "CreatePurgeTask",
    watch: "DescribePurgeTasks",
    list: "DescribePurgeTasks",
    lookUp: true,
    base: { zoneId: "zone-2o1xvpmq7nn1", type: "purge_url" },
    option: { failurePolicy: "warn" },
    target: (index) => `https://www.example.net/${index}`,
    taskMs: "teo.purgeMs",
    perCall: 2000,
    sent: targets,
    daily: "teo.purge_url.daily",
    failedList: true,
  },
  PrefetchTrigger: {
    ...tencent,
    ...prefetch,
    cache: "teo",
    submit: "CreatePrefetchTask",
    watch: "DescribePrefetchTasks",
    list: "DescribePrefetchTasks",
    lookUp: true,
    base: { zoneId: "zone-2o1xvpmq7nn1" },
    option: { mode: "default" },
    target: (index) => `https://www.example.net/${index}`,
    taskMs: "teo.prefetchMs",
    perCall: 2000,
    sent: targets,
    daily: "teo.prefetch_url.daily",
    failedList: true,
  },
});
