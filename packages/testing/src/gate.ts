import { DeliveryError } from "@callboard/core/adapter";

/** Lets callers through while it is open, and keeps them while it is closed. */
export class Gate {
  readonly #kept = new Set<() => void>();
  #closed = false;

  close(): void {
    this.#closed = true;
  }

  open(): void {
    this.#closed = false;
    for (const letThrough of this.#kept) letThrough();
    this.#kept.clear();
  }

  /** @throws {DeliveryError} Aborted while it was kept: `uncertain`. */
  async pass(signal: AbortSignal): Promise<void> {
    if (!this.#closed) return;
    await new Promise<void>((resolve, reject) => {
      const abort = () => {
        this.#kept.delete(resolve);
        reject(unanswered());
      };
      this.#kept.add(resolve);
      if (signal.aborted) abort();
      else signal.addEventListener("abort", abort, { once: true });
    });
  }
}

function unanswered(): DeliveryError {
  return new DeliveryError("The fake transport was aborted before it answered.", {
    failureClass: "uncertain",
    hint: "Nothing to do: a test held this message.",
  });
}
