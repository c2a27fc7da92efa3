// Loads tenant files as `a0deploy import` would, up to where it would first call Auth0.
//
// node validate_tenant.js NODE_MODULES CONFIG: reads the path of a file from each line of
// its input, and answers with a line of JSON: {"assets": …} as they would be imported, or
// {"refused": why}.
const fs = require("fs");
const readline = require("readline");
const [modules, configFile] = process.argv.slice(2);
const cli = `${modules}/auth0-deploy-cli/lib`;
const Ajv = require(`${modules}/ajv/lib/ajv`);
const logger = require(`${cli}/logger`).default;
const schema = require(`${cli}/tools/auth0/schema`).default;
const YAMLContext = require(`${cli}/context/yaml`).default;
const { Auth0 } = require(`${cli}/tools`);
const { toConfigFn } = require(`${cli}/utils`);

logger.silent = true; // It writes where our answers go.
const config = JSON.parse(fs.readFileSync(configFile));
Object.assign(config.AUTH0_KEYWORD_REPLACE_MAPPINGS, process.env);
const nobody = new Proxy({}, { get: (_, name) => { throw new Error(`calls Auth0: ${String(name)}`); } });

// To compile the schema of everything that a tenant can have takes twelve seconds, and the
// CLI does it for each file: so only what we import is compiled, and once.
const imported = [...config.AUTH0_INCLUDED_ONLY, "include", "exclude"];
schema.properties = Object.fromEntries(imported.map((kind) => [kind, schema.properties[kind]]));
const compiled = new Ajv({ useDefaults: true, nullable: true }).compile(schema);
const compileAndValidate = Ajv.prototype.validate;
Ajv.prototype.validate = function validate(by, assets) {
  if (by !== schema) return compileAndValidate.call(this, by, assets);
  const valid = compiled(assets);
  this.errors = compiled.errors;
  return valid;
};

async function load(file) {
  const context = new YAMLContext({ ...config, AUTH0_INPUT_FILE: file }, nobody);
  await context.loadAssetsFromLocal();
  await new Auth0(nobody, context.assets, toConfigFn(config)).validate();
  return context.assets;
}

async function main() {
  for await (const file of readline.createInterface({ input: process.stdin })) {
    const answer = await load(file).then((assets) => ({ assets }), (error) => ({ refused: error.message }));
    process.stdout.write(`${JSON.stringify(answer)}\n`);
  }
}

main();
