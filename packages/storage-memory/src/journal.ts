/** Takes back what a transaction wrote, newest first. */
export class Journal {
  readonly #undo: (() => void)[] = [];

  remember(undo: () => void): void {
    this.#undo.push(undo);
  }

  rollBack(): void {
    for (const undo of this.#undo.reverse()) undo();
  }
}
