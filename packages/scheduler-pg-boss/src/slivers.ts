/** What is used of things that the host owns, so that they fit whatever version of their package made them. */

/** Runs SQL on one connection or on a pool: what pg-boss calls its database. */
export interface SqlExecutor {
  executeSql(text: string, values?: unknown[]): Promise<{ rows: unknown[] }>;
}

/** A `Pool` or a client of `pg`. */
export interface PgQueryable {
  query(text: string, values?: unknown[]): Promise<{ rows: unknown[] }>;
}

/** A transaction of Kysely. What it takes differs from version to version; what is given to it they all take. */
export interface KyselyTransaction {
  executeQuery(query: never): Promise<{ readonly rows: unknown[] }>;
}

/** The transactions that are understood without an `executor`. */
export type KnownTransaction = KyselyTransaction | PgQueryable | SqlExecutor;

/** A `PgBoss`. */
export interface PgBossLike {
  insert(queue: string, jobs: NewJob[], options?: { db?: SqlExecutor }): Promise<unknown>;
  createQueue(queue: string, options?: object): Promise<void>;
  work(queue: string, options: WorkOptions, handler: (jobs: BossJob[]) => Promise<void>): Promise<string>;
  offWork(queue: string, options?: { id?: string; wait?: boolean }): Promise<void>;
  notifyWorker(worker: string): void;
  deleteJob(queue: string, ids: string[]): Promise<unknown>;
  getDb(): SqlExecutor;
  on(event: "error", listener: (error: Error) => void): unknown;
  off(event: "error", listener: (error: Error) => void): unknown;
  listenerCount(event: "error"): number;
}

export interface NewJob {
  /** Twice the same is one job. */
  id?: string;
  data: object;
  startAfter?: Date;
  priority?: number;
}

export interface BossJob {
  readonly id: string;
  readonly data: unknown;
}

export interface WorkOptions {
  batchSize: number;
  pollingIntervalSeconds: number;
  notifyPollingIntervalSeconds: number;
}
