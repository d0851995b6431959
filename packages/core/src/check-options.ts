import type { CallboardOptions, Events, Templates, Transports } from "./callboard.js";
import {
  checkDispatchOptions,
  type DispatchOptions,
  defaultDispatchOptions,
} from "./dispatch/dispatch-options.js";
import { defaultDeliveryPolicy } from "./domain/delivery-policy.js";
import { InvalidOptionsError } from "./errors/invalid-options-error.js";

const templateKeys = ["context", "sample", "body", "buttons"];

const known: Record<keyof CallboardOptions<unknown, Transports, Templates, Events>, true> = {
  storage: true,
  scheduler: true,
  transports: true,
  templates: true,
  events: true,
  recipients: true,
  policy: true,
  dispatch: true,
  logger: true,
  clock: true,
  newId: true,
};

/** Refuses a wiring that cannot work, at the moment it is made. */
export function checkOptions<Tx, T extends Transports, M extends Templates, E extends Events>(
  options: CallboardOptions<Tx, T, M, E>,
  dispatch: DispatchOptions,
): void {
  const { transports, templates, policy = {} } = options;
  checkKeys("", options, known);
  checkTransports(transports);
  const channels = transports.map(({ name }) => name);
  for (const [name, template] of Object.entries(templates)) checkTemplate(name, template, channels);
  checkKeys("policy.", policy, defaultDeliveryPolicy);
  for (const [name, value] of Object.entries(policy)) {
    if (!Number.isSafeInteger(value) || value < 1)
      refuse(`policy.${name}`, "must be a whole number of at least 1.");
  }
  checkKeys("dispatch.", dispatch, defaultDispatchOptions);
  checkDispatchOptions(dispatch);
}

/** A misspelt option would leave its default in force, unnoticed. */
function checkKeys(path: string, given: object, known: object): void {
  const unknown = Object.keys(given).find((key) => !Object.hasOwn(known, key));
  if (unknown !== undefined) {
    refuse(`${path}${unknown}`, `is no option. Known: ${Object.keys(known).join(", ")}.`);
  }
}

function checkTransports(transports: Transports): void {
  if (transports.length === 0)
    refuse("transports", "must hold at least one transport; consoleTransport() is one to begin with.");
  const names = transports.map(({ name }) => name);
  names.forEach((name, index) => {
    if (templateKeys.includes(name) || !/^[a-z][a-z0-9_-]{0,31}$/.test(name)) {
      refuse(
        `transports[${index}].name`,
        `"${name}" cannot be a channel. Use lower-case letters, digits, - and _, and none of ${templateKeys.join(", ")}.`,
      );
    }
    if (names.indexOf(name) !== index)
      refuse(`transports[${index}].name`, `"${name}" is there twice. Each channel has one transport.`);
  });
}

function checkTemplate(name: string, template: Partial<Templates[string]>, known: readonly string[]): void {
  // No longer, so that a name, a key, a user and a channel fit into one index of every database.
  if (!/^[a-z0-9_]{1,200}$/.test(name)) {
    refuse(
      `templates["${name}"]`,
      "a template's name has 1 to 200 lower-case letters, digits and underscores.",
    );
  }
  if (!template.channels)
    refuse(`templates.${name}`, "is not a template yet. Wrap it: defineTemplate({ … }).");
  const unknown = Object.keys(template.channels).find((channel) => !known.includes(channel));
  if (unknown !== undefined) {
    refuse(`templates.${name}.${unknown}`, `no transport has this name. Known: ${known.join(", ")}.`);
  }
}

function refuse(path: string, problem: string): never {
  throw new InvalidOptionsError(`createCallboard({ ${path} })`, problem);
}
