/** What to know of a trigger that begins without a record, in a stack that is not new. Pure text. */

/**
 * A renamed resource without alias is new to the engine, and its provider is
 * not told of the old one. A child of a component was most likely moved there.
 */
export function describeMoved(urn: string): string {
  const [place = "", project = "", types = "", name = ""] = urn.split("::");
  const type = types.split("$").at(-1) ?? types;
  const alias = [place, project, type, type === types ? "OLD-NAME" : name].join("::");
  const how = type === types ? "renamed" : "moved here";
  return `if it was only ${how}, give it the option aliases: ["${alias}"]: it keeps its record, and only what changed is sent`;
}

/** Of `--replace` the provider hears nothing until the old trigger is deleted, which is too late. */
export const replacedByHand =
  "if it replaces itself (--replace), it begins without its record: what it still owes, and what left its contents, is not sent; `pulumi up` without --replace sends just that";
