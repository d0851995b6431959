export type { MemoryTransaction } from "./gate.js";
export { type MemoryStorageOptions, memoryStorage } from "./memory-storage.js";
