/** The names of switches, limits and texts: which there are, and what is said of others. */
import { expect, test } from "vitest";
import { useBench } from "./settings.ts";

const bench = useBench();

test("there is no switch of another family", async () => {
  const { switches } = await bench.emulator.control.settings.get();
  const families = new Set(switches.map(({ name }) => name.split(".")[0]));
  expect(families).toEqual(new Set(["alibaba", "auth", "cdn", "dcdn", "esa", "rate", "tasks", "tencent", "teo"]));
});

test("unknown names and values are refused with what would be right", async () => {
  const { settings } = bench.emulator.control;
  await expect(settings.switches({ "esa.rows": "none" })).rejects.toThrow(
    'switch \\"esa.rows\\" takes perTarget | perTask, not \\"none\\"',
  );
  await expect(settings.limits({ "esa.speed": 1 })).rejects.toThrow('no limit is named \\"esa.speed\\"');
  await expect(settings.texts({ "esa.text.None": "x" })).rejects.toThrow('no text is named \\"esa.text.None\\"');
});
