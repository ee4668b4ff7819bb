import { run } from "./client.js";

declare const process: { argv: string[] };

console.log(await run(process.argv[2] ?? "", process.argv[3] ?? ""));
