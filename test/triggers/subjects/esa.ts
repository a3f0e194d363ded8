/** ESA, as the conformance suite must know it. */
import * as esa from "../../../provider/src/clouds/alibaba/esa/index.ts";
import { alibaba, prefetch, purge, subjectsOf } from "../subject-words.ts";

export const subjects = subjectsOf(esa, "esa", {
  PurgeTrigger: {
    ...alibaba,
    ...purge,
    cache: "esa",
    submit: "PurgeCaches",
    watch: "DescribePurgeTasks",
    list: "DescribePurgeTasks",
    lookUp: true,
    base: { siteId: "5407498413000", type: "file" },
    option: { edgeComputePurge: true },
    target: (index) => `https://www.example.com/${index}`,
    taskMs: "esa.purgeMs",
    perCall: 1000,
    sent: (params) => JSON.parse(String(params["Content"])).Files,
    daily: "esa.quota.enterprise.file",
    failedList: false,
  },
  PrefetchTrigger: {
    ...alibaba,
    ...prefetch,
    cache: "esa",
    submit: "PreloadCaches",
    watch: "DescribePreloadTasks",
    list: "DescribePreloadTasks",
    // Its rows have times without a zone.
    lookUp: false,
    base: { siteId: "5407498413000" },
    option: { headers: { "Accept-Encoding": "br" } },
    target: (index) => `https://www.example.com/${index}`,
    taskMs: "esa.preloadMs",
    perCall: 100,
    sent: (params) => JSON.parse(String(params["Content"])),
    daily: undefined,
    failedList: false,
  },
});
