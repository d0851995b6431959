import { storableFailure } from "../dispatch/failure-of.js";
import type { Charge } from "../domain/charge.js";
import type { PressedButton, Receipt } from "../domain/receipt.js";
import { storable, unusableName } from "../domain/storable-text.js";

/** The receipt as every database can keep it, the provider's words mended where they must be. */
export function storableReceipt(receipt: Receipt): Receipt {
  const { attemptId, failure, button, charge } = receipt;
  return {
    ...receipt,
    // An echo that cannot be the id of an attempt is none.
    attemptId: unusableName(attemptId, 64) === null ? attemptId : null,
    failure: failure && storableFailure(failure),
    ...(button && { button: storableButton(button) }),
    ...(charge && { charge: storableCharge(charge) }),
  };
}

function storableButton({ id, label }: PressedButton): PressedButton {
  return { id: storable(id, 1_000), label: storable(label, 1_000) };
}

function storableCharge({ category, type, country }: Charge): Charge {
  const words = (text: string | null) => (text === null ? null : storable(text, 255));
  return { category: storable(category, 255), type: words(type), country: words(country) };
}
