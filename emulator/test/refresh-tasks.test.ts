/** The paths and task ids of CDN and DCDN. */
import { expect, test } from "vitest";
import { alibaba } from "./clients.ts";
import { suite } from "./conformance/dcdn.ts";
import { times } from "./conformance/refresh-rows.ts";
import { useSuite } from "./conformance/suite.ts";

const bench = useSuite(suite);

test("a comma belongs to the path, and a minute later the window is open again", async () => {
  const refresh = (ObjectPath: string): ReturnType<typeof alibaba> =>
    alibaba(bench.emulator.endpoint, "cdn", "RefreshObjectCaches", { ObjectPath }, { form: true });
  const first = await refresh("http://a.com/1,http://a.com/2");
  const listed = await alibaba(bench.emulator.endpoint, "cdn", "DescribeRefreshTaskById", {
    TaskId: String(first.body["RefreshTaskId"]),
  });
  expect(listed.body).toMatchObject({ TotalCount: 1, Tasks: [{ ObjectPath: "http://a.com/1,http://a.com/2" }] });
  const full = times(999, (index) => `http://a.com/${index}`);
  expect((await refresh(full)).status).toBe(200);
  expect((await refresh("http://a.com/x")).body["Code"]).toBe("QuotaPerMinuteExceeded.Refresh");
  await bench.emulator.control.clock.advance(60_000);
  expect((await refresh("http://a.com/x")).status).toBe(200);
});

test("an id holds 2,000 refreshes of a domain and second, then a new one starts", async () => {
  await bench.emulator.control.settings.limits({ "dcdn.urlsPerMinute": 10_000 });
  const ids = new Set<unknown>();
  for (let call = 0; call < 3; call += 1) {
    const ObjectPath = times(900, (index) => `http://a.com/${call}/${index}`);
    const { body } = await alibaba(bench.emulator.endpoint, "dcdn", "RefreshDcdnObjectCaches", { ObjectPath });
    ids.add(body["RefreshTaskId"]);
  }
  const [one, two] = [...ids].map(String);
  expect([...ids]).toEqual([one, two]);
  expect(two?.split(",")).toHaveLength(2);
  expect(two?.split(",")[0]).toBe(one);
});
