import { Supervisor } from "./supervisor.ts";
import type { Settings } from "./settings.ts";

await new Supervisor(JSON.parse(process.argv[2] ?? "") as Settings).run();
