import { type Answer, jsonAnswer } from "../../http/answer.js";
import type { Simulation } from "../../simulation.js";
import { filterTemplates, pageOf, type TemplatePage } from "../../templates/list-templates.js";
import { GraphError } from "../graph-error.js";
import type { GraphCall } from "../graph-request.js";
import { selectFields } from "../select-fields.js";
import { readCursor, staleCursor, writeCursor } from "./cursor.js";
import { defaultTemplateFields, templateFields } from "./template-fields.js";

/**
 * Lists the templates of the account, page by page.
 *
 * @throws {GraphError} 131059 a stale cursor, 100 a field or a limit that does not exist.
 * @see https://developers.facebook.com/docs/graph-api/reference/whats-app-business-account/message_templates
 */
export function listAnswer({ templates }: Simulation, call: GraphCall): Answer {
  const { query } = call;
  const generation = templates.cursorGeneration();
  const listed = filterTemplates(templates.all(), {
    name: query.get("name"),
    status: query.get("status"),
    language: query.get("language"),
    category: query.get("category"),
    qualityScore: query.get("quality_score"),
  });
  const page = pageOf(listed, { from: readPlace(query, generation), limit: readLimit(query) });
  if (page === null) throw staleCursor();
  const asked = query.get("fields");
  const data = page.templates.map((template) =>
    selectFields(template, templateFields, { asked, defaults: defaultTemplateFields }),
  );
  return jsonAnswer(200, { data, ...paging(page, call, generation) });
}

function readPlace(query: URLSearchParams, generation: number) {
  for (const side of ["after", "before"] as const) {
    const cursor = query.get(side);
    if (cursor !== null && cursor !== "") return { side, id: readCursor(cursor, generation) };
  }
  return null;
}

function readLimit(query: URLSearchParams): number {
  const text = query.get("limit") ?? "25";
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new GraphError(100, { message: "(#100) Param limit must be an integer greater than or equal to 1" });
}

/** An empty page has no cursors, and the last one no `next`. */
function paging(
  { templates, hasNext, hasPrevious }: TemplatePage,
  { url, query }: GraphCall,
  generation: number,
) {
  const [first, last] = [templates.at(0), templates.at(-1)];
  if (first === undefined || last === undefined) return {};
  const before = writeCursor(first.id, generation);
  const after = writeCursor(last.id, generation);
  return {
    paging: {
      cursors: { before, after },
      ...(hasNext && { next: address(url, query, ["after", after]) }),
      ...(hasPrevious && { previous: address(url, query, ["before", before]) }),
    },
  };
}

function address(url: string, query: URLSearchParams, [side, cursor]: readonly [string, string]): string {
  const next = new URLSearchParams(query);
  for (const former of ["after", "before"]) next.delete(former);
  next.set(side, cursor);
  return `${url}?${next}`;
}
