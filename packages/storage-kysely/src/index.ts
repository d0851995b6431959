export {
  type KyselyDialect,
  type KyselyStorage,
  type KyselyStorageOptions,
  kyselyStorage,
} from "./kysely-storage.js";
