const { execFileSync } = require("node:child_process");

execFileSync("bash", ["-euo", "pipefail", "-c", process.env.INPUT_RUN], { stdio: "inherit" });
