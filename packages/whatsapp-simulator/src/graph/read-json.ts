import type { IncomingMessage } from "node:http";
import { readBody } from "../http/read-body.js";
import { GraphError } from "./graph-error.js";

/**
 * The request body as JSON.
 *
 * @throws {GraphError} 100 for another content type or for malformed JSON: Meta then sees no parameter at all.
 * @throws {BodyTooLargeError}
 */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const bytes = await readBody(request);
  const contentType = request.headers["content-type"] ?? "none";
  if (!/^application\/json\s*(;|$)/i.test(contentType)) {
    throw unreadable(`The content type is ${contentType.slice(0, 100)}; send application/json.`);
  }
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch {
    throw unreadable("The request body is not valid JSON.");
  }
}

function unreadable(details: string): GraphError {
  return new GraphError(100, { message: "(#100) The parameter messaging_product is required.", details });
}
