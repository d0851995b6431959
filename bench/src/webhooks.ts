/** What reading and receiving WhatsApp's webhooks costs, and whether nothing that nobody signed gets in, at full size. */
import { isWanted } from "./harness/arguments.ts";
import { runBenchmark } from "./harness/run-benchmark.ts";
import { abuse } from "./webhooks/abuse.ts";
import { constantTime } from "./webhooks/constant-time.ts";
import { reading } from "./webhooks/reading.ts";
import { receiving } from "./webhooks/receiving.ts";

const parts = {
  reading,
  "sqlite receiving": receiving("sqlite"),
  "postgres receiving": receiving("postgres"),
  "mariadb receiving": receiving("mariadb"),
  abuse,
  "constant time": constantTime,
};

await runBenchmark("webhooks", async (args, report) => {
  const wanted = Object.entries(parts).filter(([name]) => isWanted(args, name));
  if (wanted.length === 0) report.note(`No part has such a name. Parts: ${Object.keys(parts).join(", ")}.`);
  for (const [name, run] of wanted) {
    report.progress(name);
    await run(args, report);
  }
});
