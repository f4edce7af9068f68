// What makes the pages better with a script: they work without it.
"use strict";

const find = (selector, root = document) => root.querySelector(selector);
const findAll = (selector) => document.querySelectorAll(selector);

function duration(seconds) {
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

// A run's page: show what changed each second, and load the page again when the run has ended.
function follow(root) {
  const show = (state) => {
    const status = find("[data-status]", root);
    if (status.textContent !== state.status) {
      status.textContent = state.status;
      status.className = `status ${state.status}`;
    }
    find("[data-seconds]", root).textContent = duration(state.seconds);
    const log = find("[data-log]", root);
    const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 40;
    if (state.log && log.textContent !== state.log) log.textContent = state.log;
    if (atEnd) log.scrollTop = log.scrollHeight;
    find("[data-progress-part]", root).hidden = !state.progress && !state.curve;
    find("[data-progress]", root).hidden = !state.progress;
    if (state.progress) {
      const [step, total, percent] = state.progress;
      const bar = find("progress", root);
      bar.max = total;
      bar.value = step;
      const number = (value) => value.toLocaleString("en");
      find("[data-steps]", root).textContent = `${number(step)} of ${number(total)} (${percent}%)`;
    }
    find("[data-curve]", root).hidden = !state.curve;
    if (state.curve) {
      find("polyline", root).setAttribute("points", state.curve[0]);
      find("figcaption", root).textContent = state.curve[1];
    }
  };
  const poll = async () => {
    try {
      const answer = await fetch(root.dataset.state);
      if (answer.ok) {
        const state = await answer.json();
        show(state);
        if (state.ended) {
          location.reload();
          return;
        }
      }
    } catch {
      // The server may be back in a second.
    }
    setTimeout(poll, 1000);
  };
  const log = find("[data-log]", root);
  log.scrollTop = log.scrollHeight;
  setTimeout(poll, 1000);
}

// The train page: the code follows the form.
function showCode(form) {
  let waiting = 0;
  let newest = 0;
  const update = async () => {
    const number = ++newest;
    const data = new FormData(form);
    for (const chooser of form.querySelectorAll("input[type=file]")) {
      data.delete(chooser.name);
      const name = chooser.files[0]?.name;
      if (name) data.set(chooser.name.replace("file.", "file-name."), name);
    }
    const answer = await fetch(form.dataset.code, { method: "POST", body: data });
    if (!answer.ok || number !== newest) return;
    const code = await answer.json();
    for (const block of findAll("[data-snippet]")) block.textContent = code[block.dataset.snippet];
  };
  const changed = () => {
    find("[data-new-model]", form).hidden = form.elements["train-into"].value !== "";
    clearTimeout(waiting);
    waiting = setTimeout(update, 200);
  };
  form.addEventListener("input", changed);
  changed();
}

function offerCopy(button) {
  const label = [...button.childNodes];
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
    button.replaceChildren("Copied");
    setTimeout(() => button.replaceChildren(...label), 1500);
  });
}

for (const root of findAll("[data-state]")) follow(root);
for (const form of findAll("[data-code]")) showCode(form);
for (const button of findAll("[data-copy]")) offerCopy(button);
