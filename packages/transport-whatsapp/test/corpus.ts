import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "../../../../shared/whatsapp-corpus");

/** Real bodies, where they are at hand; they are not part of the repository. */
export const corpusIsHere = existsSync(root);

/** The files of one folder by name; none when the corpus is not here. */
export function corpusFiles(
  folder: "errors" | "responses" | "requests" | "templates" | "webhooks",
): [string, string][] {
  if (!corpusIsHere) return [];
  return readdirSync(join(root, folder)).map((name) => [
    name,
    readFileSync(join(root, folder, name), "utf8"),
  ]);
}
