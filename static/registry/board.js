/* Comfort on the checklist board: choosing rows, keys, searching while one types. Everything works without it. */
"use strict";
(() => {
  const board = document.querySelector(".board-root");
  if (!board) return;
  const composing = (event) => event.isComposing || event.keyCode === 229;
  const all = (selector) => [...board.querySelectorAll(selector)];
  const boxes = () => all("table.board tbody .pick input");
  let last = null;

  /* Choosing: all at once, or from one to another with Shift; the bar says how many. */
  function count() {
    const chosen = boxes().filter((box) => box.checked);
    boxes().forEach((box) => box.closest("tr").classList.toggle("is-chosen", box.checked));
    const bar = board.querySelector(".bulk-count");
    if (bar) {
      bar.textContent = `${bar.dataset.count} ${chosen.length}`;
      bar.parentElement.classList.toggle("is-busy", chosen.length > 0);
    }
    const master = board.querySelector("[data-all]");
    if (master) {
      master.checked = chosen.length > 0 && chosen.length === boxes().length;
      master.indeterminate = chosen.length > 0 && !master.checked;
    }
  }
  function choose(box, checked, range) {
    const list = boxes();
    const from = range && list.includes(last) ? list.indexOf(last) : list.indexOf(box);
    const to = list.indexOf(box);
    list.slice(Math.min(from, to), Math.max(from, to) + 1).forEach((each) => { each.checked = checked; });
    last = box;
    count();
  }
  board.addEventListener("click", (event) => {
    const box = event.target;
    if (box.matches("[data-all]")) {
      boxes().forEach((each) => { each.checked = box.checked; });
      count();
    } else if (box.matches(".pick input")) {
      choose(box, box.checked, event.shiftKey);
    }
  });

  /* Keys: j and k go from project to project, x chooses, Enter opens what has the focus. */
  const links = () => all("[data-row]");
  function go(step) {
    const list = links();
    const here = list.findIndex((link) => link.closest("tr").classList.contains("is-current"));
    const link = list[Math.max(0, Math.min(list.length - 1, here + step))];
    if (!link) return;
    all("tr.is-current").forEach((row) => row.classList.remove("is-current"));
    link.closest("tr").classList.add("is-current");
    link.focus({ preventScroll: true });
    link.closest("tr").scrollIntoView({ block: "center" });
  }
  document.addEventListener("keydown", (event) => {
    if (composing(event) || event.altKey || event.metaKey || event.ctrlKey || event.target.closest("dialog")) return;
    if (event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable], .select2-container")) return;
    const current = board.querySelector("tr.is-current");
    if (event.key === "j" || event.key === "k") {
      event.preventDefault();
      go(event.key === "j" ? 1 : -1);
    } else if (event.key === "x" && current) {
      const box = current.querySelector(".pick input");
      if (box) choose(box, !box.checked, event.shiftKey);
    } else if (event.key === "Enter" && current && event.target === document.body) {
      current.querySelector("[data-row]").click();
    }
  });

  /* An address says only what was asked. */
  const form = board.querySelector("[data-questions]");
  const question = () => {
    const asked = new URLSearchParams(new FormData(form));
    [...asked].forEach(([name, value]) => { if (!value) asked.delete(name); });
    return `?${asked}`;
  };
  if (form) form.addEventListener("submit", (event) => {
    event.preventDefault();
    window.location.assign(question());
  });

  /* Searching while one types, but not while an input method composes, and not over rows that were chosen. */
  const search = board.querySelector("[data-search]");
  let waiting = 0, asking = null;
  async function answer() {
    if (boxes().some((box) => box.checked)) return;
    if (asking) asking.abort();
    asking = new AbortController();
    const address = question();
    try {
      const response = await fetch(address, { signal: asking.signal, credentials: "same-origin" });
      if (!response.ok) return;
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      all("[data-live]").forEach((part) => {
        const fresh = page.querySelector(`[data-live="${part.dataset.live}"]`);
        if (fresh) part.replaceWith(document.adoptNode(fresh));
      });
      window.history.replaceState(null, "", address);
      ready();
    } catch (error) {
      if (error.name !== "AbortError") window.location.assign(address);
    }
  }
  function soon(event) {
    window.clearTimeout(waiting);
    if (!composing(event)) waiting = window.setTimeout(answer, 300);
  }
  if (search) {
    search.addEventListener("input", soon);
    search.addEventListener("compositionstart", () => window.clearTimeout(waiting));
    search.addEventListener("compositionend", () => { waiting = window.setTimeout(answer, 300); });
  }

  /* One fold is open at a time; a click elsewhere and Esc close it. */
  document.addEventListener("click", (event) => all(".board-fold[open]").forEach((fold) => { if (!fold.contains(event.target)) fold.open = false; }));
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") all(".board-fold[open]").forEach((fold) => { fold.open = false; }); });

  function ready() {
    const master = board.querySelector("[data-all]");
    if (master) {
      master.hidden = false;
      board.querySelector("[data-all-words]").hidden = true;
    }
    count();
  }
  ready();
  window.addEventListener("pageshow", count);
  window.setTimeout(() => document.querySelectorAll("[data-stale]").forEach((words) => { words.hidden = false; }), 300000);
})();
