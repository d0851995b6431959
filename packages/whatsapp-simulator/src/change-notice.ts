/** Tells listeners that something has changed. */
export interface ChangeNotice {
  /** Calls every listener once, in the order in which they came. */
  changed(): void;
  /** Calls `listener` after every change. Returns a function that stops it. */
  onChange(listener: () => void): () => void;
}

export function createChangeNotice(): ChangeNotice {
  const listeners = new Set<() => void>();
  return {
    changed() {
      for (const listener of listeners) listener();
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
