// Checks the direction of imports, type-only ones included:
// node scripts/check-architecture.mjs <repository>
import { globSync, readFileSync } from "node:fs";
import { dirname, join, sep } from "node:path";

// Of core's folders, those that may import only some of the others. The rest are use cases.
const coreLayers = {
  domain: ["domain"],
  errors: ["errors", "domain"],
  ports: ["ports", "domain", "errors"],
};
const doors = ["create-callboard", "index", "adapter"];
// Installed by the hosts that have them: each is a peer of one adapter, and unknown to everybody else.
const engines = {
  bullmq: "scheduler-bullmq",
  ioredis: "scheduler-bullmq",
  "pg-boss": "scheduler-pg-boss",
  kysely: "storage-kysely",
};
// Holds types only, so a layer that names it depends on nothing at run time.
const typesOnly = "@standard-schema/spec";
const isAdapter = (name) => /^(storage|transport|scheduler)-|^opentelemetry$/.test(name ?? "");

// Enough without a parser, because Biome has formatted the sources: a statement starts its line and ends in ";".
const statement = /^(?:import|export)\s[^";]*?from\s+"([^"]+)"|^import\s+"([^"]+)"/gm;
const expression = /^(?!\s*(?:\*|\/\/)).*?\bimport\(\s*"([^"]+)"/gm;

/** Every import below `root` that points the wrong way, as `{ file, line, problem, cure }`. */
function findViolations(root) {
  const files = globSync("{packages/*,examples/*,tests}/**/*.{ts,tsx,mts,js,mjs}", {
    cwd: root,
    exclude: (path) => /(^|[\\/])(node_modules|dist)$/.test(path),
  });
  return files.sort().flatMap((file) =>
    importsOf(readFileSync(join(root, file), "utf8")).flatMap(({ specifier, line }) => {
      const violation = check(locate(file), target(file, specifier));
      return violation
        ? [{ file, line, problem: `imports "${specifier}"; ${violation[0]}`, cure: violation[1] }]
        : [];
    }),
  );
}

function importsOf(source) {
  return [...source.matchAll(statement), ...source.matchAll(expression)].map((match) => ({
    specifier: match[1] ?? match[2],
    line: source.slice(0, match.index).split("\n").length,
  }));
}

/** Where a file is: its package's folder, whether it is shipped, and inside core its layer (null for a file at the top). */
function locate(file) {
  const [area, name, top, ...rest] = file.split(sep);
  if (area !== "packages") return { package: null, source: false };
  const source = top === "src";
  return {
    package: name,
    source,
    layer: rest.length > 1 ? rest[0] : null,
    name: rest.at(-1)?.replace(/\.\w+$/, ""),
  };
}

/** What a specifier points at: a file of the repository, one of its packages, or anything else. */
function target(file, specifier) {
  if (specifier.startsWith(".")) return locate(join(dirname(file), specifier));
  const [, name, door] = specifier.match(/^@callboard\/([^/]+)(?:\/(.+))?$/) ?? [];
  return name ? { package: name, door: door ?? "index", own: true } : { external: specifier };
}

/** The problem and its cure, or undefined. */
function check(from, to) {
  const otherPackage = to.package && to.package !== from.package;
  if (otherPackage && (to.source || to.door?.startsWith("src"))) {
    return ["it reaches into another package's src", `Import from "@callboard/${to.package}".`];
  }
  if (!from.source) return undefined;
  return checkPackage(from, to, otherPackage) ?? (from.package === "core" ? checkCore(from, to) : undefined);
}

function checkPackage(from, to, otherPackage) {
  const owner = engines[to.external];
  if (owner && from.package !== owner) return [`only ${owner} knows it`, "Take it through a port."];
  if (!otherPackage) return undefined;
  if (from.package === "core") return ["core depends on no other package", "Take it through a port."];
  if (from.package === "whatsapp-simulator") {
    return [
      "the simulator stands in for Meta and knows no Callboard package",
      "Speak HTTP, or copy the type.",
    ];
  }
  if (isAdapter(to.package)) return ["nothing depends on an adapter", "Move what both need into core."];
  if (isAdapter(from.package) && !(to.package === "core" && to.door === "adapter")) {
    return ["an adapter sees core through its adapter door only", 'Import from "@callboard/core/adapter".'];
  }
  if (from.package === "preset-crm" && !(to.package === "core" && to.door === "index")) {
    return ["a preset is written as a host would write it", 'Import from "@callboard/core".'];
  }
  return undefined;
}

function checkCore(from, to) {
  if (from.layer === null) return undefined;
  const allowed = coreLayers[from.layer];
  if (!allowed) {
    const wiring = to.package === "core" && !to.layer && doors.includes(to.name);
    return wiring
      ? ["a use case does not know how it is wired", "Take what you need as a parameter."]
      : undefined;
  }
  if (to.external === typesOnly || (to.package === "core" && allowed.includes(to.layer))) return undefined;
  return [`${from.layer}/ may import only ${allowed.join("/, ")}/`, "Move the code to the layer that may."];
}

const [root] = process.argv.slice(2);
const violations = findViolations(root);
for (const { file, line, problem, cure } of violations) console.error(`${file}:${line} ${problem}. ${cure}`);
process.exitCode = violations.length > 0 ? 1 : 0;
