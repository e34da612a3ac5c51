/* The screen on a wall asks for its figures again after a while; a button stops that. Without this file it stands still. */
"use strict";
(() => {
  const button = document.querySelector("[data-refresh]");
  if (!button) return;
  let running = true;
  const again = async () => {
    const main = document.querySelector("main");
    if (!running || document.hidden || main.contains(document.activeElement)) return;
    const answer = await fetch(window.location.href, { headers: { Accept: "text/html" } });
    if (!answer.ok) return; // what stands there stays until there is something better
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    ["main", "[data-as-of]"].forEach((part) => document.querySelector(part).replaceWith(fresh.querySelector(part)));
  };
  window.setInterval(() => again().catch(() => {}), Number(button.dataset.refresh) * 1000);
  button.hidden = false;
  button.addEventListener("click", () => {
    running = !running;
    button.setAttribute("aria-pressed", String(!running));
  });
})();
