import { GraphError } from "./graph-error.js";

/** How each field of a node is read. */
export type Fields<Node> = Readonly<Record<string, (node: Node) => unknown>>;

/**
 * Reads the fields that a call asks for with `fields=`, and `id` always. Fields without a value are left out.
 *
 * @param defaults - Read when the call names none.
 * @throws {GraphError} 100 for a field that the node does not have.
 */
export function selectFields<Node>(
  node: Node,
  fields: Fields<Node>,
  { asked, defaults }: { asked: string | null; defaults: readonly string[] },
): Record<string, unknown> {
  const names = asked === null ? defaults : asked.split(",").map((name) => name.trim());
  const wanted = [...new Set([...names.filter((name) => name !== ""), "id"])];
  return Object.fromEntries(wanted.map((name) => [name, readField(node, fields, name)]));
}

function readField<Node>(node: Node, fields: Fields<Node>, name: string): unknown {
  const read = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (read !== undefined) return read(node) ?? undefined;
  throw new GraphError(100, { message: `(#100) Tried accessing nonexisting field (${name.slice(0, 100)})` });
}
