/** The questions that programs may ask. */
import * as z from "zod";
import { defineFunction, type FunctionDefinition, type Shape } from "../../../engine/define/index.ts";
import type { TemplateContext } from "../client.ts";
import { cacheClient, listPurges, taskOutput } from "./client.ts";

const inputs = {
  taskId: z.string().optional().meta({ description: "Only this purge." }),
} satisfies Shape;
const outputs = {
  tasks: z.array(taskOutput).meta({ description: "All that match, the newest first." }),
} satisfies Shape;

const definition: FunctionDefinition<TemplateContext, typeof inputs, typeof outputs> = {
  token: "edgecache:template:getPurges",
  description: "Lists purges of the last day, all pages.",
  inputs,
  outputs,
  async invoke({ inputs: { taskId }, operation, context }) {
    return { tasks: await listPurges(cacheClient(context), taskId, operation) };
  },
};

export const getPurges = defineFunction(definition);
