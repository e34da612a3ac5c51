/* Comfort only: every page works without this file. No key is acted on while an input method composes Chinese. */
"use strict";
(() => {
  const composing = (event) => event.isComposing || event.keyCode === 229;
  const typing = (node) => node.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");
  const narrow = window.matchMedia("(max-width: 767px)");

  /* What an amount was understood to be. The server decides; where the wording is unusual this says nothing. */
  const chinese = document.documentElement.lang.startsWith("zh");
  const SCALES = { "": 1n, "万": 10000n, "亿": 100000000n };
  const OVER = ["超过 ", "over "];
  const WORDS = { "": ["", ""], "约": ["约 ", "about "], "超过": OVER, "余": OVER, "多": OVER };
  const fold = (text) => text.replace(/[\uFF01-\uFF5E]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0)).replace(/\s/g, "");

  function understood(text, gap) {
    const found = /^(约|超过)?(\d[\d,]*)(?:\.(\d+))?([余多]?)([万亿]?)([余多]?)元?([余多]?)$/.exec(fold(text));
    if (!found) return "";
    const [, before = "", whole, part = "", inside, scale, after, last] = found;
    const words = [before, inside, after, last].filter(Boolean);
    if (words.length > 1) return "";
    const fen = BigInt(whole.replace(/,/g, "") + part) * SCALES[scale] * 100n;
    const unit = 10n ** BigInt(part.length);
    if (fen % unit) return "";
    const digits = (fen / unit).toString().padStart(3, "0");
    const number = `${digits.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, ",")}.${digits.slice(-2)}`;
    const word = WORDS[words[0] ?? ""][chinese ? 0 : 1];
    return (chinese ? `= ${word}${number} 元` : `= ${word}CNY ${number}`) + shareOf(fen / unit, gap);
  }

  /* Which share of a gap in yuan that is, with one decimal, rounded as the server does. */
  function shareOf(fen, gap) {
    const whole = BigInt((gap ?? "").replace(".", "") || 0);
    if (!whole) return "";
    const tenths = (fen * 2000n + whole) / (whole * 2n);
    const share = `${(tenths / 10n).toString().replace(/\B(?=(\d{3})+$)/g, ",")}.${tenths % 10n}%`;
    return chinese ? `（缺口的 ${share}）` : ` (${share} of the gap)`;
  }

  /* The choice beside an amount that says whether it is money: "kind:money" where it is, being "money". */
  const beside = (input) => input.form?.elements[input.name.replace(/[^-]+$/, input.dataset.echoWhen.split(":")[0])];
  const isMoney = (input) => !input.dataset.echoWhen || input.dataset.echoWhen.split(":")[1].split(",").includes(beside(input)?.value);

  document.addEventListener("input", (event) => {
    if (composing(event)) return;
    const inputs = [event.target, ...document.querySelectorAll("[data-echo-when]")];
    inputs.filter((one) => one === event.target ? one.dataset.echo === "yuan" : beside(one) === event.target).forEach((input) => {
      const output = document.querySelector(`output[data-echo-for="${CSS.escape(input.name)}"]`);
      if (output) output.textContent = isMoney(input) ? understood(input.value, input.dataset.gap) : "";
    });
  });

  /* Keys: / searches, ? explains, Ctrl+Enter sends the form. */
  document.addEventListener("keydown", (event) => {
    if (composing(event) || event.altKey || event.metaKey) return;
    if (event.ctrlKey) {
      const form = event.key === "Enter" && event.target.closest("form");
      if (form) {
        event.preventDefault();
        form.requestSubmit(form.querySelector("[type=submit].default, .btn-primary"));
      }
    } else if (!typing(event.target) && event.key === "/") {
      const own = "#searchbar, [data-search], main [type=search], main form[method=get] input[name=q], main form[role=search] input[name=search]";
      const search = document.querySelector(own) || document.querySelector("[type=search]");
      if (search) {
        event.preventDefault();
        const panel = search.closest("details");
        if (panel) panel.open = true;
        search.focus();
      }
    } else if (!typing(event.target) && event.key === "?") {
      const keys = document.querySelector("dialog.key-help");
      if (keys?.showModal && !keys.open) { // a browser without dialogs has no help for keys, and nothing else is lost
        event.preventDefault();
        keys.showModal();
      }
    }
  });

  /* Some input methods confirm a word with Enter and report it as a key of its own: that must not send the form. */
  let composedAt = 0;
  document.addEventListener("compositionend", (event) => { composedAt = event.timeStamp; });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches("input") && (composing(event) || event.timeStamp - composedAt < 50)) event.preventDefault();
  }, true);

  /* Forms: warn before typed work is lost, and send nothing twice. */
  const forms = [...document.querySelectorAll("main form[method=post]:not([data-plain]):not(#changelist-form)")];
  const state = (form) => JSON.stringify([...new FormData(form)].map(([name, value]) => [name, value.name ?? value]));
  const before = new Map();
  let leaving = false;
  window.addEventListener("load", () => forms.forEach((form) => before.set(form, state(form))));
  window.addEventListener("beforeunload", (event) => {
    if (!leaving && forms.some((form) => before.has(form) && before.get(form) !== state(form))) {
      event.preventDefault();
      event.returnValue = "unsaved"; // browsers show words of their own
    }
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented) return;
    if ((form.method || "").toLowerCase() !== "post") return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    leaving = true;
    form.dataset.sent = "1";
    form.setAttribute("aria-busy", "true");
    window.setTimeout(() => { delete form.dataset.sent; form.removeAttribute("aria-busy"); leaving = false; }, 5000);
  });
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    leaving = false;
    document.querySelectorAll("form[data-sent]").forEach((form) => { delete form.dataset.sent; form.removeAttribute("aria-busy"); });
  });

  /* A session that is not used ends: two minutes before it says so, and can be kept. */
  const idle = document.querySelector("[data-idle]");
  if (idle) {
    let timer = 0;
    const wait = () => {
      window.clearTimeout(timer);
      timer = window.setTimeout(() => { idle.hidden = false; }, Math.max(idle.dataset.idle - 2, 0.5) * 60000);
    };
    wait();
    idle.querySelector("[data-stay]").addEventListener("click", async (event) => {
      const answer = await fetch(event.currentTarget.dataset.stay, { method: "HEAD", redirect: "manual" });
      idle.hidden = answer.ok;
      if (answer.ok) wait();
    });
  }

  /* The desk's searching selects come without a name for screen readers: they take that of their label. */
  const nameSelects = () => document.querySelectorAll(".select2-selection__rendered, .select2-search__field").forEach((node) => {
    const label = node.closest(".select2-container")?.previousElementSibling?.labels?.[0];
    if (label && !node.hasAttribute("aria-label")) node.setAttribute("aria-label", label.textContent.trim());
  });
  if (document.querySelector(".admin-autocomplete")) new MutationObserver(nameSelects).observe(document.body, { childList: true, subtree: true });

  /* What scrolls sideways can be scrolled by keys as well, also after the page was zoomed or turned. */
  const reach = () => document.querySelectorAll(".table-scroll, .card-box, .queue, .results, .inline-related.tabular").forEach((box) => {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
  });
  reach();
  window.addEventListener("resize", reach);

  /* Filters start closed on a phone; errors get the focus; paper says when it was printed. */
  if (narrow.matches) document.querySelectorAll("details[data-collapse]").forEach((panel) => { panel.open = false; panel.dataset.ready = ""; });
  const wrong = document.querySelector("[data-focus]") ?? document.querySelector("main [aria-invalid=true]") ?? document.querySelector(".errornote");
  for (let panel = wrong?.closest("details"); panel; panel = panel.parentElement.closest("details")) panel.open = true;
  if (wrong && wrong.tabIndex < 0) wrong.tabIndex = -1;
  wrong?.focus();
  document.querySelectorAll(".sections [aria-current], .my-ways [aria-current]").forEach((here) => {
    const strip = here.closest(".sections ul, .my-ways");
    strip.scrollLeft = here.getBoundingClientRect().left - strip.getBoundingClientRect().left - 48;
  });
  document.querySelectorAll("[data-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  });
  window.addEventListener("beforeprint", () => {
    const now = new Date(Date.now() + 8 * 3600 * 1000).toISOString();
    document.querySelectorAll("[data-print-time]").forEach((node) => { node.textContent = `${now.slice(0, 10)} ${now.slice(11, 16)}`; });
  });
})();
