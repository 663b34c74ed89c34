/** `npm run build`: the Prisma client and the site, when their sources changed since. `--generate` makes the client only. */
import { buildSite, generateClient } from "./processes/site-build";

const said = (line: string) => console.log(line);
if (process.argv.includes("--generate")) await generateClient(said);
else await buildSite(said);
