export {
  type ExecutorOption,
  type OnBoss,
  type OnPool,
  type PgBossSchedulerOptions,
  pgBossScheduler,
} from "./pg-boss-scheduler.js";
export type {
  BossJob,
  KnownTransaction,
  KyselyTransaction,
  NewJob,
  PgBossLike,
  PgQueryable,
  SqlExecutor,
  WorkOptions,
} from "./slivers.js";
