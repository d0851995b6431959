import { countCharacters } from "../../validation/characters.js";
import type { DraftButton } from "../template-draft.js";
import { checkUrlButton } from "./check-url-button.js";
import { buttonRefusal, exampleMissing, tooLong } from "./refusals.js";

/** How many of each kind a template may have. Kinds that are not listed may stand once. */
const maximumOf: ReadonlyMap<string, number> = new Map([
  ["QUICK_REPLY", 10],
  ["URL", 2],
]);

/**
 * @throws {GraphError} 100: too many, mixed up, or one is malformed; 2388040 too long, 2388043 an example is missing.
 * @see https://developers.facebook.com/docs/whatsapp/business-management-api/message-templates/components#buttons
 */
export function checkButtons(buttons: readonly DraftButton[]): void {
  if (buttons.length === 0 || buttons.length > 10)
    throw buttonRefusal("A template may have 1 to 10 buttons.");
  for (const { type } of buttons) {
    const maximum = maximumOf.get(type) ?? 1;
    const count = buttons.filter((other) => other.type === type).length;
    if (count > maximum)
      throw buttonRefusal(`There may be ${maximum} buttons of type ${type}, not ${count}.`);
  }
  checkOrder(buttons);
  for (const button of buttons) checkButton(button);
}

/** Quick replies stand together: before the others, or after them. */
function checkOrder(buttons: readonly DraftButton[]): void {
  const kinds = buttons.map(({ type }) => type === "QUICK_REPLY");
  const changes = kinds.filter((kind, index) => index > 0 && kind !== kinds[index - 1]).length;
  if (changes > 1) throw buttonRefusal("Quick replies must stand together, not between other buttons.");
}

function checkButton(button: DraftButton): void {
  const { type, text, phone_number, example } = button;
  checkLabel(button);
  if (type === "URL") checkUrlButton(button);
  if (type === "PHONE_NUMBER" && !/^\+?[\d\s-]{1,20}$/.test(phone_number ?? "")) {
    throw buttonRefusal(`The button "${text}" needs a phone_number of at most 20 characters.`);
  }
  if (type !== "COPY_CODE") return;
  const [code = ""] = [example ?? []].flat();
  if (code === "") throw exampleMissing("Give an example of the code to copy.");
  if (countCharacters(code) > 20) throw buttonRefusal("The code to copy may have 20 characters.");
}

/** Kinds that WhatsApp labels itself. */
const ownLabel: ReadonlySet<string> = new Set(["COPY_CODE", "OTP", "SPM", "MPM", "CATALOG"]);

function checkLabel({ type, text }: DraftButton): void {
  if (text === undefined && ownLabel.has(type)) return;
  if (text === undefined || text.trim() === "") throw buttonRefusal(`A button of type ${type} needs a text.`);
  if (text.includes("{{")) throw buttonRefusal(`The label "${text}" takes no variables.`);
  if (countCharacters(text) <= 25) return;
  throw tooLong(`The label "${text}" is longer than 25 characters.`);
}
