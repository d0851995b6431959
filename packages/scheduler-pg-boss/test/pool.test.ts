import { pgBossConformance } from "./conformance.js";
import { hostPool } from "./postgres-stage.js";

pgBossConformance(async (url) => {
  const pool = hostPool(url);
  return { given: { pool }, close: () => pool.end() };
});
