export type { KyselyDialect } from "./dialects/dialect-sql.js";
export { type KyselyStorage, type KyselyStorageOptions, kyselyStorage } from "./kysely-storage.js";
