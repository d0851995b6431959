import type { Logger } from "@callboard/core/adapter";

export interface LogEntry {
  readonly level: keyof Logger;
  readonly fields: object;
  readonly message: string;
}

export interface RecordingLogger extends Logger {
  /** Oldest first. */
  readonly entries: readonly LogEntry[];
  /** Everything that was logged, errors with their stacks and causes, as one string: to search for what must not leak. */
  text(): string;
}

/** A logger that keeps what it is told. */
export function recordingLogger(): RecordingLogger {
  const entries: LogEntry[] = [];
  const keep = (level: keyof Logger) => (fields: object, message: string) =>
    void entries.push({ level, fields, message });
  return {
    entries,
    debug: keep("debug"),
    info: keep("info"),
    warn: keep("warn"),
    error: keep("error"),
    text: () =>
      entries.flatMap(({ level, fields, message }) => [level, message, ...wordsOf(fields)]).join("\n"),
  };
}

/** Every key and value below `value`, strings as they are: JSON would leave out errors and escape line breaks. */
function* wordsOf(value: unknown, seen = new Set<unknown>()): Generator<string> {
  if (typeof value !== "object" || value === null) return yield String(value);
  if (seen.has(value)) return;
  seen.add(value);
  if (value instanceof Date) yield value.toJSON() ?? String(value);
  if (value instanceof Map || value instanceof Set) {
    for (const item of value) yield* wordsOf(item, seen);
  }
  if (value instanceof Error) yield value.name;
  for (const key of Reflect.ownKeys(value)) {
    yield String(key);
    yield* wordsOf(Reflect.get(value, key), seen);
  }
}
