/* Comfort only: drafts are kept while somebody types, and lines are added; every page works without this file. */
"use strict";
(() => {
  const EVERY = 10000;

  document.querySelectorAll("[data-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  });

  /* Another line: the last one again, empty. */
  document.querySelectorAll("[data-more]").forEach((button) => {
    const form = button.closest("form");
    const box = form.querySelector("[data-lines]");
    const total = form.querySelector("[name$='-TOTAL_FORMS']");
    const most = Number(form.querySelector("[name$='-MAX_NUM_FORMS']").value);
    const prefix = total.name.replace("TOTAL_FORMS", "");
    const fresh = box.lastElementChild.cloneNode(true);
    button.hidden = false;
    button.addEventListener("click", () => {
      const number = Number(total.value);
      if (number >= most) return;
      const line = fresh.cloneNode(true);
      const renamed = (text) => text.replace(new RegExp(`${prefix}\\d+-`, "g"), `${prefix}${number}-`);
      line.querySelectorAll("*").forEach((node) => {
        ["name", "id", "for", "aria-describedby", "data-echo-for"].forEach((name) => {
          if (node.hasAttribute(name)) node.setAttribute(name, renamed(node.getAttribute(name)));
        });
        if (node.matches("input")) node.value = "";
        if (node.matches("output")) node.textContent = "";
      });
      line.querySelector("[data-number]").textContent = number + 1;
      box.append(line);
      total.value = number + 1;
      button.disabled = number + 1 >= most;
      line.querySelector("select, input").focus();
    });
  });

  /* The draft: kept every ten seconds, when a field is left, and when the page goes. Photos go with the buttons only. */
  const form = document.querySelector("form[data-autosave]");
  if (!form) return;
  const told = form.querySelector("[data-kept]");
  const seen = form.querySelector("[name=seen_version]");
  let busy = false;
  let again = false;
  let stopped = false;
  let waiting = null;

  const content = () => {
    const data = new FormData(form);
    [...data.keys()].forEach((name) => { if (data.get(name) instanceof File) data.delete(name); });
    data.set("act", "keep");
    return data;
  };
  const state = () => JSON.stringify([...content()].filter(([name]) => name !== "seen_version"));
  let before = state();

  const say = (words, wrong) => {
    told.textContent = words;
    told.classList.toggle("kept-wrong", wrong);
  };

  async function keep(leaving) {
    const now = state();
    if (stopped || now === before) return;
    if (busy) {
      again = true;
      return;
    }
    busy = true;
    try {
      const answer = await fetch(form.action || location.href, {
        method: "POST", body: content(), keepalive: leaving === true, headers: { Accept: "application/json" },
      });
      if (answer.redirected || !(answer.headers.get("Content-Type") || "").includes("json")) throw new Error(String(answer.status));
      const said = await answer.json();
      if (answer.ok) {
        seen.value = said.version;
        before = now;
      }
      stopped = answer.status === 409;
      say(said.words, !answer.ok || !said.whole);
    } catch {
      say(told.dataset.wordsLost, true);
    } finally {
      busy = false;
      if (waiting) form.requestSubmit(waiting);
      else if (again) keep();
      again = false;
    }
  }

  window.setInterval(keep, EVERY);
  form.addEventListener("focusout", (event) => { if (event.target.matches("input, textarea, select")) keep(); });
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") keep(true); });
  window.addEventListener("pagehide", () => keep(true));
  window.addEventListener("pageshow", () => { stopped = false; });
  form.addEventListener("submit", (event) => {
    waiting = busy ? event.submitter : null; // the draft on its way counts the version up: the button waits for it
    if (busy) event.preventDefault();
    else stopped = true;
  });
})();
