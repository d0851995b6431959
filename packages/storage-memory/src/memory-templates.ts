import type { Clock, NewTemplateVersion, TemplateStore, TemplateVersion } from "@callboard/core/adapter";
import { copyOf } from "./copy-of.js";
import type { Gate, MemoryTransaction } from "./gate.js";
import { Table } from "./table.js";

export function memoryTemplates(gate: Gate, clock: Clock): TemplateStore<MemoryTransaction> {
  /** All versions of each name; the last one is published. */
  const table = new Table<readonly TemplateVersion[]>();
  const versionsOf = (name: string) => table.get(name) ?? [];

  function publish(entry: NewTemplateVersion) {
    const { name } = entry;
    const before = versionsOf(name).at(-1);
    if (before?.contentHash === entry.contentHash)
      return { name, version: before.version, change: "unchanged" as const };
    const version = (before?.version ?? 0) + 1;
    table.set(name, [...versionsOf(name), { ...copyOf(entry), version, createdAt: clock.now() }]);
    return { name, version, change: before ? ("changed" as const) : ("created" as const) };
  }

  return {
    publish: (entries) => gate.run(undefined, () => entries.map(publish)),
    published: (names, { transaction } = {}) =>
      gate.run(transaction, () => names.flatMap((name) => copyOf(versionsOf(name).at(-1)) ?? [])),
    versions: (keys, { transaction } = {}) =>
      gate.run(transaction, () => {
        const wanted = new Set(keys.flatMap(({ name, version }) => versionsOf(name)[version - 1] ?? []));
        return [...wanted].map((version) => copyOf(version));
      }),
  };
}
