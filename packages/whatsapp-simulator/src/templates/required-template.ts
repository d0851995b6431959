import type { Simulation } from "../simulation.js";
import type { StoredTemplate } from "./stored-template.js";

/**
 * The template with this id.
 *
 * @throws {TypeError} There is none.
 */
export function requiredTemplate({ templates }: Simulation, id: string): StoredTemplate {
  const template = templates.byId(id);
  if (template !== null) return template;
  throw new TypeError(`There is no template with the id ${JSON.stringify(id)}. templates.all() lists them.`);
}

/**
 * Stores changes to a template that was just looked up.
 *
 * @throws {TypeError} It is gone.
 */
export function changeTemplate(
  simulation: Simulation,
  id: string,
  changes: Partial<Omit<StoredTemplate, "id">>,
): StoredTemplate {
  requiredTemplate(simulation, id);
  const updatedAt = simulation.timers.now();
  return simulation.templates.change(id, { updatedAt, ...changes }) as StoredTemplate;
}
