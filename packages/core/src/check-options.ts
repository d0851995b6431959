import type { CallboardOptions, Events, Templates, Transports } from "./callboard.js";
import { checkDispatchOptions, type DispatchOptions } from "./dispatch/dispatch-options.js";
import { InvalidOptionsError } from "./errors/invalid-options-error.js";

const templateKeys = ["context", "sample", "body", "buttons"];

/** Refuses a wiring that cannot work, at the moment it is made. */
export function checkOptions<Tx, T extends Transports, M extends Templates, E extends Events>(
  { transports, templates, policy = {} }: CallboardOptions<Tx, T, M, E>,
  dispatch: DispatchOptions,
): void {
  checkTransports(transports);
  for (const [name, template] of Object.entries(templates)) {
    checkTemplate(
      name,
      Object.keys(template.channels),
      transports.map((transport) => transport.name),
    );
  }
  for (const [name, value] of Object.entries(policy)) {
    if (!Number.isSafeInteger(value) || value < 1)
      refuse(`policy.${name}`, "must be a whole number of at least 1.");
  }
  checkDispatchOptions(dispatch);
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

function checkTemplate(name: string, channels: readonly string[], known: readonly string[]): void {
  if (!/^[a-z0-9_]{1,255}$/.test(name)) {
    refuse(
      `templates["${name}"]`,
      "a template's name has 1 to 255 lower-case letters, digits and underscores.",
    );
  }
  const unknown = channels.find((channel) => !known.includes(channel));
  if (unknown !== undefined) {
    refuse(`templates.${name}.${unknown}`, `no transport has this name. Known: ${known.join(", ")}.`);
  }
}

function refuse(path: string, problem: string): never {
  throw new InvalidOptionsError(`createCallboard({ ${path} })`, problem);
}
