import type { Journal } from "./journal.js";

/** A map whose changes can be taken back. Rows are replaced, never changed in place. */
export class Table<Row> {
  readonly #rows = new Map<string, Row>();

  get size(): number {
    return this.#rows.size;
  }

  get(key: string): Row | undefined {
    return this.#rows.get(key);
  }

  values(): IterableIterator<Row> {
    return this.#rows.values();
  }

  entries(): IterableIterator<[string, Row]> {
    return this.#rows.entries();
  }

  set(key: string, row: Row, journal?: Journal): void {
    this.#remember(key, journal);
    this.#rows.set(key, row);
  }

  delete(key: string, journal?: Journal): boolean {
    this.#remember(key, journal);
    return this.#rows.delete(key);
  }

  #remember(key: string, journal: Journal | undefined): void {
    if (!journal) return;
    // No row is undefined.
    const before = this.#rows.get(key);
    journal.remember(() => {
      if (before === undefined) this.#rows.delete(key);
      else this.#rows.set(key, before);
    });
  }
}
