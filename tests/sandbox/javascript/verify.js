// Whether the official JavaScript client accepts a webhook's signature: prints true or false.
// node verify.js FOLDER SECRET, with the webhook as JSON (id, timestamp, signature, body) on stdin
const { readFileSync } = require("node:fs");
const { createRequire } = require("node:module");

const [, , folder, secret] = process.argv;
const { validateWebhook } = createRequire(`${folder}/`)("replicate");
validateWebhook({ ...JSON.parse(readFileSync(0, "utf8")), secret }).then(console.log);
