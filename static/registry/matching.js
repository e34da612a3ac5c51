/* Comfort on the board of needs and pledges: a card can be dragged to another column. That sends the card's own form. */
"use strict";
(() => {
  const board = document.querySelector("[data-matching]");
  if (!board) return;
  let dragged = null;
  const lanes = [...board.querySelectorAll("[data-column]")].filter((lane) => lane.matches("section"));
  const clear = () => lanes.forEach((lane) => lane.classList.remove("is-target"));

  board.querySelectorAll("[data-card]").forEach((card) => {
    card.draggable = true;
    card.querySelectorAll("a").forEach((link) => { link.draggable = false; });
    card.addEventListener("dragstart", (event) => {
      if (event.target !== card) return;
      dragged = card;
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", card.id);
      card.classList.add("is-dragged");
    });
    card.addEventListener("dragend", () => {
      card.classList.remove("is-dragged");
      dragged = null;
      clear();
    });
  });

  /* One choice that leads there is sent as it was seen, with its version; else the server says in words what is amiss. */
  function send(card, column) {
    const form = card.querySelector("[data-move]");
    const select = form.querySelector("select");
    const leading = select ? [...select.options].filter((option) => option.dataset.column === column) : [];
    if (select) select.value = leading.length === 1 ? leading[0].value : "";
    form.elements.column.value = column;
    form.requestSubmit();
  }

  lanes.forEach((lane) => {
    const foreign = () => dragged && dragged.closest("section") !== lane;
    lane.addEventListener("dragover", (event) => {
      if (!foreign()) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = "move";
      clear();
      lane.classList.add("is-target");
    });
    lane.addEventListener("dragleave", (event) => { if (!lane.contains(event.relatedTarget)) lane.classList.remove("is-target"); });
    lane.addEventListener("drop", (event) => {
      if (!foreign()) return;
      event.preventDefault();
      clear();
      send(dragged, lane.dataset.column);
    });
  });
})();
