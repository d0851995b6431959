import type { IncomingMessage } from "node:http";
import type { Simulation } from "../simulation.js";
import { GraphError } from "./graph-error.js";
import { servedVersion } from "./graph-versions.js";
import { readJson } from "./read-json.js";

/** A call that has a known version and path and a good token. */
export interface GraphCall {
  readonly method: string;
  /** The version that answers, which may be newer than the one asked for. */
  readonly version: string;
  readonly node: string;
  /** Null when the node itself is meant. */
  readonly edge: string | null;
  readonly query: URLSearchParams;
  /** Address of the same call without its query. */
  readonly url: string;
  /** @throws {GraphError} 100: it is no JSON. */
  readBody(): Promise<unknown>;
}

const edges: ReadonlySet<string> = new Set(["messages", "message_templates", "unpause"]);

/**
 * Checks everything about a call but its node and its body, in Meta's order: path, then token.
 *
 * @throws {GraphError} 2500 for an unknown path, 190 for the token.
 */
export function readGraphCall({ token, timers }: Simulation, request: IncomingMessage): GraphCall {
  const at = timers.now();
  // Split by hand, because a path such as "//" is no URL.
  const [path = "/", search = ""] = (request.url ?? "/").split("?");
  const [first = "", ...others] = path.split("/").slice(1);
  const isVersioned = /^v\d+\.\d+$/.test(first);
  const version = servedVersion(isVersioned ? first : null, at);
  const [node = "", edge = null, ...rest] = isVersioned ? others : [first, ...others];
  if (version === null || node === "") throw unknownPath(path);
  if (rest.length > 0 || (edge !== null && !edges.has(edge))) {
    throw unknownPath(`/${[edge, ...rest].join("/")}`);
  }
  token.check(request.headers.authorization, at);
  return {
    method: request.method ?? "GET",
    version,
    node,
    edge,
    query: new URLSearchParams(search),
    url: `http://${request.headers.host ?? "localhost"}${path}`,
    readBody: () => readJson(request),
  };
}

function unknownPath(path: string): GraphError {
  return new GraphError(2500, { message: `Unknown path components: ${path.slice(0, 200)}` });
}

/** The refusal of a call to an id that is unknown, or of a method that it does not have. */
export function unsupported({ method, node }: Pick<GraphCall, "method" | "node">): GraphError {
  const message =
    `Unsupported ${method.toLowerCase()} request. Object with ID '${node.slice(0, 100)}' does not exist, cannot be ` +
    "loaded due to missing permissions, or does not support this operation. Please read the Graph API " +
    "documentation at https://developers.facebook.com/docs/graph-api";
  return new GraphError(100, { message, type: "GraphMethodException", subcode: 33 });
}
