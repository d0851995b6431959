import type { Simulation } from "../../simulation.js";
import type { StoredTemplate } from "../../templates/stored-template.js";
import { GraphError } from "../graph-error.js";

/** What a deletion is about. */
export interface Deletion {
  readonly templates: readonly StoredTemplate[];
  /** Every language of the name was meant. */
  readonly wholeName: boolean;
}

/**
 * Reads one of the three ways to say what to delete: `name`, `hsm_id` with `name`, or `hsm_ids`.
 *
 * @throws {GraphError} 100: none of them, or two mixed.
 * @see https://developers.facebook.com/docs/graph-api/reference/whats-app-business-account/message_templates#Deleting
 */
export function readDeletion({ templates }: Simulation, query: URLSearchParams): Deletion {
  const [name, id, ids] = [query.get("name"), query.get("hsm_id"), query.get("hsm_ids")];
  if (ids !== null) {
    if (name !== null || id !== null) throw wrong("hsm_ids goes without name and hsm_id");
    return { templates: existing(readIds(ids).map((one) => templates.byId(one))), wholeName: false };
  }
  if (name === null) throw wrong("name is required");
  if (id === null) return { templates: templates.named(name), wholeName: true };
  const template = templates.byId(id);
  return { templates: template?.name === name ? [template] : [], wholeName: false };
}

/** One id that is unknown makes the whole list unknown. */
function existing(found: readonly (StoredTemplate | null)[]): readonly StoredTemplate[] {
  const present = found.filter((template) => template !== null);
  return present.length === found.length ? present : [];
}

function readIds(text: string): readonly string[] {
  const digits = text.match(/^\[\s*"?\d+"?(\s*,\s*"?\d+"?)*\s*\]$/)?.[0].match(/\d+/g) ?? [];
  if (digits.length === 0 || digits.length > 100) throw wrong("hsm_ids must be a list of 1 to 100 ids");
  return [...new Set(digits)];
}

function wrong(what: string): GraphError {
  return new GraphError(100, { message: `(#100) Invalid parameter: ${what}` });
}
