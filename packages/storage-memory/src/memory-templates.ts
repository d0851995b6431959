import type { Clock, TemplateStore, TemplateVersion } from "@callboard/core/adapter";
import { copyOf } from "./copy-of.js";
import type { Gate, MemoryTransaction } from "./gate.js";
import { Table } from "./table.js";

export function memoryTemplates(gate: Gate, clock: Clock): TemplateStore<MemoryTransaction> {
  /** The published version of each name. */
  const published = new Table<TemplateVersion>();
  return {
    publish: (entries) =>
      gate.run(undefined, () =>
        entries.map((entry) => {
          const before = published.get(entry.name);
          if (before?.contentHash === entry.contentHash) {
            return { name: entry.name, version: before.version, change: "unchanged" as const };
          }
          const version = (before?.version ?? 0) + 1;
          published.set(entry.name, { ...copyOf(entry), version, createdAt: clock.now() });
          return { name: entry.name, version, change: before ? ("changed" as const) : ("created" as const) };
        }),
      ),
    published: (names, { transaction } = {}) =>
      gate.run(transaction, () => names.flatMap((name) => copyOf(published.get(name)) ?? [])),
  };
}
