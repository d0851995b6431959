import { subcodes, templateRefusal } from "../template-refusal.js";

/** A refusal with the component's own subcode. */
export function componentRefusal(where: "header" | "body" | "footer", message: string) {
  return templateRefusal({ subcode: subcodes[where], title: `The ${where} is not valid`, message });
}

/** A variable, a picture or a code without its example. */
export function exampleMissing(message: string) {
  return templateRefusal({ subcode: subcodes.exampleMissing, title: "Missing sample parameters", message });
}

export function tooLong(message: string) {
  return templateRefusal({ subcode: subcodes.tooLong, title: "Component is too long", message });
}

/** Meta gives buttons no subcode of their own. */
export function buttonRefusal(message: string) {
  return templateRefusal({ subcode: null, title: "The buttons are not valid", message });
}

export function componentsRefusal(message: string) {
  return templateRefusal({ subcode: null, title: "The components are not valid", message });
}
