// What users of the official JavaScript client rely on; prints what it saw as one line of JSON.
// node story.js FOLDER URL TOKEN TRAINER COUNTER HOOKS
const { createRequire } = require("node:module");

const [, , folder, baseUrl, auth, trainer, counter, hooks] = process.argv;
const Replicate = createRequire(`${folder}/`)("replicate");
const replicate = new Replicate({ auth, baseUrl });
const seen = {};

async function train() {
  const [owner, name] = trainer.split("/");
  const { latest_version: version } = await replicate.models.get(owner, name);
  await replicate.models.create("you", "script", { visibility: "private", hardware: "cpu" });
  const training = await replicate.trainings.create(owner, name, version.id, {
    destination: "you/script",
    input: { train_data: "https://x.example" },
    webhook: hooks,
    webhook_events_filter: ["completed"],
  });
  seen.started = training.status;
  const ended = await replicate.wait(training, { interval: 50 });
  seen.ended = [ended.status, ended.id === training.id, ended.output.version];
  const listed = await replicate.trainings.list();
  seen.listed = listed.results[0].id === training.id;
  seen.secret = (await replicate.webhooks.default.secret.get()).key;
}

async function predict() {
  const [owner, name] = counter.split("/");
  const { latest_version: version } = await replicate.models.get(owner, name);
  seen.output = await replicate.run(`${counter}:${version.id}`, { input: { last: 2 } });
  seen.official = await replicate.run(counter, { input: { last: 1 } });
  seen.streamed = "";
  for await (const event of replicate.stream(`${counter}:${version.id}`, { input: { last: 3 } })) {
    seen.streamed += event.event === "output" ? event.data : `(${event.event})`;
  }
  const made = await replicate.predictions.create({
    version: version.id,
    input: { last: 99, seconds: 1 },
  });
  seen.canceled = (await replicate.predictions.cancel(made.id)).status;
  await deploy(version.id);
}

async function deploy(version) {
  const scaling = { hardware: "cpu", min_instances: 0, max_instances: 1 };
  const wanted = { name: "script", model: counter, version, ...scaling };
  const made = await replicate.deployments.create(wanted);
  const moved = await replicate.deployments.update("you", "script", { version });
  seen.releases = [made.current_release.number, moved.current_release.number];
  const started = await replicate.deployments.predictions.create("you", "script", {
    input: { last: 2 },
  });
  seen.deployed = (await replicate.wait(started, { interval: 50 })).output;
}

async function refuse() {
  try {
    await replicate.models.create("you", "script", { visibility: "private", hardware: "gpu-t5" });
  } catch (error) {
    seen.refused = error.message;
  }
}

train()
  .then(predict)
  .then(refuse)
  .then(() => console.log(JSON.stringify(seen)));
