/** What to write so that a trigger which only got another name or place keeps its record. Pure text. */

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
