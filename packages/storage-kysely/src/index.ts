export type { HostTransaction } from "./database.js";
export { type KyselyStorageOptions, kyselyStorage } from "./kysely-storage.js";
