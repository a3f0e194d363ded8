/** Times of vendors' rows. */
import { expect, test } from "vitest";
import { momentOf } from "../../provider/src/clouds/moment.ts";

test.each([
  ["2026-11-22T00:00:00Z", "2026-11-22T00:00:00Z"],
  ["2026-11-22T08:00:00+08:00", "2026-11-22T00:00:00Z"],
  ["2026-11-22T08:00:00+0800", "2026-11-22T00:00:00Z"],
  ["2026-11-22T00:00:00.123Z", "2026-11-22T00:00:00.123Z"],
])("%s is %s", (time, moment) => {
  expect(momentOf(time)).toBe(Date.parse(moment));
});

test.each(["", "2026-11-22 08:00:00", "2026-11-22T08:00:00", "2026-11-22 08:00:00 CST", "1795305600", "soon Z"])(
  "%j cannot be compared",
  (time) => expect(momentOf(time)).toBeUndefined(),
);
