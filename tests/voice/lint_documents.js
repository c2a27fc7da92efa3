// node lint_documents.js NODE_MODULES DOCUMENTS: Amazon's own linter on documents of a JSON
// object; writes what it finds as JSON, by the same names.
"use strict";

const { readFileSync } = require("node:fs");

const [modules, documents] = process.argv.slice(2);
const load = (name) => require(require.resolve(name, { paths: [modules] }));

load("jsdom-global")();
console.warn = console.log = () => {}; // It tells of itself.
const { StaticAplTemplateValidator } = load("apl-suggester");

async function main() {
  const found = {};
  for (const [name, document] of Object.entries(JSON.parse(readFileSync(documents, "utf8")))) {
    found[name] = await new StaticAplTemplateValidator().validate(document);
  }
  process.stdout.write(JSON.stringify(found));
}

main();
