// Installs every published package as a stranger would, from its tarball, then imports and type-checks all
// that it exports, and looks at what the tarball holds. Then installs those that need no engine, and looks for engines.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root, run } from "./toolchain.mjs";

const allowedFiles = ["LICENSE", "README.md", "dist", "package.json", "src"];
// Each belongs to the adapter that names it as a peer, and to nobody else.
const engines = ["bullmq", "ioredis", "kysely", "pg", "pg-boss"];
const installScripts = ["preinstall", "install", "postinstall"];
const readManifest = (folder) => JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));

const folders = readdirSync(join(root, "packages")).map((name) => join(root, "packages", name));
const names = folders
  .map(readManifest)
  .filter((manifest) => !manifest.private)
  .map(({ name }) => name);

const folder = mkdtempSync(join(tmpdir(), "callboard-packed-"));
const [tarballs, project, withoutEngines] = ["tarballs", "everything", "without-engines"].map((name) =>
  join(folder, name),
);
try {
  for (const made of [tarballs, project, withoutEngines]) mkdirSync(made);
  const packed = await pack();
  await install(project, [...packed.values()]);
  const installed = names.map((name) => join(project, "node_modules", name));
  for (const folder of installed) checkContents(folder);
  const specifiers = installed.flatMap((folder) => exportsOf(readManifest(folder)));
  await importAll(specifiers);
  await typeCheckAll(specifiers);
  await checkWithoutEngines(packed);
  console.log(`${names.length} packed packages install, import and type-check.`);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true });
}

/** Tarballs by the names of their packages. */
async function pack() {
  const packed = new Map();
  for (const name of names) {
    await run(["pnpm", "--filter", name, "pack", "--pack-destination", tarballs], { quiet: true });
    const tarball = readdirSync(tarballs).find(
      (file) => ![...packed.values()].includes(join(tarballs, file)),
    );
    packed.set(name, join(tarballs, tarball));
  }
  return packed;
}

async function install(into, files) {
  // The published packages name Node's types only through the host's own copy.
  const nodeTypes = `@types/node@${readManifest(join(root, "node_modules/@types/node")).version}`;
  writeFileSync(join(into, "package.json"), '{ "private": true, "type": "module" }\n');
  const options = ["--prefer-offline", "--no-audit", "--no-fund"];
  await run(["npm", "install", ...options, ...files, nodeTypes], { cwd: into, quiet: true });
}

/** A host that keeps everything in its process and in memory has nothing of Redis or PostgreSQL installed. */
async function checkWithoutEngines(packed) {
  const peersOf = (name) =>
    Object.keys(readManifest(join(project, "node_modules", name)).peerDependencies ?? {});
  const light = names.filter((name) => !peersOf(name).some((peer) => engines.includes(peer)));
  await install(
    withoutEngines,
    light.map((name) => packed.get(name)),
  );
  const found = engines.filter((engine) => existsSync(join(withoutEngines, "node_modules", engine)));
  if (found.length > 0) throw new Error(`${light.join(", ")} install ${found.join(", ")}: make them peers.`);
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
