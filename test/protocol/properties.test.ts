/** What holds for all values and all bags (fast-check): the wire, Check, Diff, previews (check 19 among them). */
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { expect, test } from "vitest";
import { fromPlainMap, toPlainMap } from "../../provider/src/engine/wire/plain.ts";
import { valueMap } from "../../provider/src/engine/wire/values.ts";
import { createRequest } from "../../provider/src/engine/wire/messages.ts";
import providerPb from "@pulumi/pulumi/proto/provider_pb.js";
import { unknowns } from "./plugin.ts";
import { thing, value } from "./toys.ts";
import { useToy } from "./toy.ts";

const toy = useToy();

test("a value that went over the wire is the same value", () => {
  fc.assert(
    fc.property(value, (given) => {
      const bag = valueMap([["it", given]]);
      const bytes = createRequest.encode({ properties: bag });
      const back = createRequest.decode(bytes).properties;
      // Prototypes too; vitest's own strict equality stumbles over keys such as `constructor`.
      expect(isDeepStrictEqual(back, bag)).toBe(true);
      expect(createRequest.encode({ properties: back ?? {} })).toEqual(bytes);
      // Google's own implementation reads the same, and is read.
      const google = providerPb.CreateRequest.deserializeBinary(bytes).serializeBinary();
      expect(isDeepStrictEqual(createRequest.decode(google).properties, bag)).toBe(true);
    }),
    { numRuns: 1_000 },
  );
});

test("a value that a dynamic provider was handed comes back as it was", () => {
  fc.assert(
    fc.property(value, (given) => {
      const bag = valueMap([["it", given]]);
      expect(isDeepStrictEqual(fromPlainMap(toPlainMap(bag)), bag)).toBe(true);
    }),
    { numRuns: 300, examples: [[null]] },
  );
});

test("what Check returns, Check returns again", async () => {
  await fc.assert(
    fc.asyncProperty(thing("known", "secret", "unknown"), async (news) => {
      const once = await toy().resource("Thing").check(news);
      expect(once.failures).toEqual([]);
      expect(await toy().resource("Thing").check(once.inputs, once.inputs)).toEqual(once);
    }),
    { numRuns: 300 },
  );
});

test("nothing differs from itself, and a change is seen from both sides", async () => {
  await fc.assert(
    fc.asyncProperty(thing("known", "secret"), thing("known", "secret"), async (one, other) => {
      const client = toy().resource("Thing");
      const a = (await client.check(one)).inputs;
      const b = (await client.check(other)).inputs;
      const state = (inputs: Record<string, unknown>) => ({ id: "x", inputs, outputs: inputs });
      expect(await client.diff(state(a), a)).toMatchObject({
        changes: "DIFF_NONE",
        diffs: [],
        replaces: [],
        detailed: {},
      });
      const there = await client.diff(state(a), b);
      const back = await client.diff(state(b), a);
      expect(back.diffs.toSorted()).toEqual(there.diffs.toSorted());
      expect(back.replaces).toEqual(there.replaces);
      const tops = new Set(Object.keys(there.detailed).map((path) => path.split(/[.[]/)[0]));
      expect(tops).toEqual(new Set(there.diffs));
    }),
    { numRuns: 200 },
  );
});

test("check 19 what a preview says comes true", async () => {
  await fc.assert(
    fc.asyncProperty(thing("known", "secret"), async (news) => {
      const client = toy().resource("Thing");
      const { inputs } = await client.check(news);
      const preview = await client.create(inputs, { preview: true });
      const state = await client.create(inputs);
      expect(state.outputs).toMatchObject(preview.outputs);
      const again = await client.update(state, inputs, { preview: true });
      expect((await client.update(state, inputs)).outputs).toMatchObject(again.outputs);
    }),
    { numRuns: 100 },
  );
});

test("an unknown, wherever it is, never reaches the cloud", async () => {
  const sentinels = Object.values(unknowns);
  await fc.assert(
    fc.asyncProperty(thing("known", "secret", "unknown"), async (news) => {
      const client = toy().resource("Thing");
      const { inputs } = await client.check(news);
      await client.create(inputs, { preview: true });
      await client.update(
        { id: "shelf/s1", inputs: { shelfId: "s1", size: 1 }, outputs: { shelfId: "s1", size: 1, etag: "e" } },
        inputs,
        { preview: true },
      );
      const text = JSON.stringify(inputs);
      const applied = await client.create(inputs).then(
        () => true,
        () => false,
      );
      expect(applied).toBe(!sentinels.some((sentinel) => text.includes(sentinel)));
      const sent = toy()
        .cloud.asked.map(({ id, body }) => id + body)
        .join("\n");
      for (const sentinel of sentinels) expect(sent).not.toContain(sentinel);
    }),
    { numRuns: 150 },
  );
});
