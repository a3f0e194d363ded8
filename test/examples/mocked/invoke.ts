/** A function of the provider, as a program asks for it: `node invoke.ts <token> <arguments as JSON>` prints the answer. */
import * as general from "../../../provider/src/general.ts";
import { ask, contextOf } from "../../triggers/world.ts";

const [token = "", args = "{}"] = process.argv.slice(2);
process.stdout.write(JSON.stringify(await ask(general, token, contextOf({}), JSON.parse(args))));
