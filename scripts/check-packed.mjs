// Installs every published package as a stranger would, from its tarball, then imports and type-checks all
// that it exports, and looks at what the tarball holds.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root, run } from "./toolchain.mjs";

const allowedFiles = ["LICENSE", "README.md", "dist", "package.json", "src"];
const installScripts = ["preinstall", "install", "postinstall"];
const readManifest = (folder) => JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));

const folders = readdirSync(join(root, "packages")).map((name) => join(root, "packages", name));
const names = folders
  .map(readManifest)
  .filter((manifest) => !manifest.private)
  .map(({ name }) => name);

const project = mkdtempSync(join(tmpdir(), "callboard-packed-"));
try {
  await installTarballs();
  const installed = names.map((name) => join(project, "node_modules", name));
  for (const folder of installed) checkContents(folder);
  const specifiers = installed.flatMap((folder) => exportsOf(readManifest(folder)));
  await importAll(specifiers);
  await typeCheckAll(specifiers);
  console.log(`${names.length} packed packages install, import and type-check.`);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  rmSync(project, { recursive: true });
}

async function installTarballs() {
  for (const name of names) {
    await run(["pnpm", "--filter", name, "pack", "--pack-destination", project], { quiet: true });
  }
  const tarballs = readdirSync(project).map((file) => `./${file}`);
  // The published packages name Node's types only through the host's own copy.
  const nodeTypes = `@types/node@${readManifest(join(root, "node_modules/@types/node")).version}`;
  writeFileSync(join(project, "package.json"), '{ "private": true, "type": "module" }\n');
  const options = ["--prefer-offline", "--no-audit", "--no-fund"];
  await run(["npm", "install", ...options, ...tarballs, nodeTypes], { cwd: project, quiet: true });
}

function checkContents(folder) {
  const { name, scripts = {} } = readManifest(folder);
  const extra = readdirSync(folder).filter((file) => ![...allowedFiles, "node_modules"].includes(file));
  if (extra.length > 0)
    throw new Error(`${name} packs ${extra.join(", ")}: narrow "files" in its package.json.`);
  const atInstall = installScripts.filter((script) => script in scripts);
  if (atInstall.length > 0)
    throw new Error(`${name} runs ${atInstall.join(", ")} at install: remove the script.`);
}

function exportsOf({ name, exports }) {
  const doors = Object.keys(exports).filter((door) => door !== "./package.json");
  return doors.map((door) => name + door.slice(1));
}

async function importAll(specifiers) {
  const lines = specifiers.map((specifier) => `await import(${JSON.stringify(specifier)});\n`);
  writeFileSync(join(project, "import-all.js"), lines.join(""));
  await run(["node", "import-all.js"], { cwd: project });
}

async function typeCheckAll(specifiers) {
  const lines = specifiers.map(
    (specifier, index) => `export * as door${index} from ${JSON.stringify(specifier)};\n`,
  );
  writeFileSync(join(project, "consumer.ts"), lines.join(""));
  // skipLibCheck is off: it would also skip our declarations.
  const options = ["--noEmit", "--strict", "--module", "NodeNext", "--target", "ES2023", "--types", "node"];
  await run(["tsc", ...options, "consumer.ts"], { cwd: project });
}
