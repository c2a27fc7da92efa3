// Asks the Runtime API for events, as Amazon's client for Node does. That one is not used
// because npm must compile it, with a compiler and curl.
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"use strict";

const http = require("node:http");
const path = require("node:path");

const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(":");
const agent = new http.Agent({ keepAlive: true });

function ask(method, rest, body) {
  return new Promise((resolve, reject) => {
    const options = { agent, host, port, method, path: `/2018-06-01/runtime/invocation/${rest}` };
    const request = http.request(options, (response) => {
      const chunks = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("end", () => resolve({ headers: response.headers, body: Buffer.concat(chunks) }));
    });
    request.on("error", reject);
    request.end(body);
  });
}

async function main() {
  const [file, name] = process.argv[2].split(".");
  const handler = require(path.resolve(file))[name];
  for (;;) {
    const { headers, body } = await ask("GET", "next");
    const id = headers["lambda-runtime-aws-request-id"];
    const answer = await new Promise((resolve, reject) =>
      handler(JSON.parse(body), { awsRequestId: id }, (error, found) =>
        error ? reject(error) : resolve(found),
      ),
    );
    await ask("POST", `${id}/response`, JSON.stringify(answer));
  }
}

main();
