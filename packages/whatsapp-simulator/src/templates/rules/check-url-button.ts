import { countCharacters } from "../../validation/characters.js";
import type { DraftButton } from "../template-draft.js";
import { buttonRefusal, exampleMissing } from "./refusals.js";
import { variablesIn } from "./variables.js";

/** @throws {GraphError} 100: it is no address, or its variable is not the only one and last; 2388043 no example. */
export function checkUrlButton({ text, url = "", example }: DraftButton): void {
  const variables = variablesIn(url);
  const bare = url.replace(/\{\{[^{}]*\}\}$/, "");
  if (countCharacters(url) > 2_000)
    throw buttonRefusal(`The address of "${text}" is longer than 2,000 characters.`);
  if (!URL.canParse(bare) || !/^https?:$/.test(new URL(bare).protocol)) {
    throw buttonRefusal(`The button "${text}" needs a url that starts with https:// or http://.`);
  }
  if (variables.length > 1 || bare.includes("{{")) {
    throw buttonRefusal(`The address of "${text}" may have one variable, at its very end.`);
  }
  if (variables.length === 0) return;
  const [given = ""] = [example ?? []].flat();
  if (given === "") throw exampleMissing(`Give an example of the address of "${text}".`);
}
