import { pgBossConformance } from "./conformance.js";
import { startedBoss } from "./postgres-stage.js";

pgBossConformance(async (url) => {
  const boss = await startedBoss(url);
  return { given: { boss }, close: () => boss.stop({ graceful: false }) };
});
