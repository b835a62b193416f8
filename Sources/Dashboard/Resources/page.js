// Keeps the page current: the server sends the parts that changed and the cells of the map that changed. Where the link
// is cut the page says so and tries again by itself.
"use strict";
(() => {
  const note = document.getElementById("connection");
  const map = document.getElementById("map");
  const instance = document.body.dataset.instance;
  let cells = map.querySelectorAll(".cells i");
  let heard = Date.now();
  let source = null;
  let isOver = false;

  function say(text, kind) {
    if (note.textContent !== text) note.textContent = text;
    note.className = kind;
  }

  function paint(cell, code, epochs) {
    cell.className = code.length > 1 ? `${code[0]} p${code.slice(1)}` : code;
    cell.textContent = epochs === 0 ? "" : epochs;
  }

  function show(change) {
    for (const [id, html] of Object.entries(change.html)) {
      const element = document.getElementById(id);
      const scrolled = [element.scrollTop, element.scrollLeft];
      element.innerHTML = html;
      [element.scrollTop, element.scrollLeft] = scrolled;
    }
    const changes = change.cells;
    for (let i = 0; i + 2 < changes.length; i += 3) paint(cells[changes[i]], changes[i + 1], changes[i + 2]);
  }

  // Another coordinator, or another plan: this page's rows and columns may not be its own.
  function isAnother(change) {
    if (change.instance === instance) return false;
    location.reload();
    return true;
  }

  function listen(name, action) {
    source.addEventListener(name, (event) => {
      heard = Date.now();
      const change = JSON.parse(event.data);
      if (name !== "alive" && isAnother(change)) return;
      if (!isOver) say("live", "");
      action(change);
    });
  }

  function connect() {
    source = new EventSource("events");
    listen("state", show);
    listen("plan", () => location.reload());
    listen("alive", () => {});
    listen("over", (change) => {
      isOver = true;
      source.close();
      say(change.text, "over");
      // They are no longer served from here.
      for (const link of document.querySelectorAll("#files a, .note a")) link.removeAttribute("href");
    });
    source.onerror = () => {
      if (isOver) return;
      cut();
      // The browser tries again by itself, unless the answer was no stream.
      if (source.readyState === EventSource.CLOSED) setTimeout(connect, 3000);
    };
  }

  function cut() {
    const since = new Date(heard).toLocaleTimeString();
    say(`No connection to the coordinator since ${since}; trying again.`, "cut");
  }

  // A link can be cut without anybody saying so.
  setInterval(() => {
    if (isOver || Date.now() - heard < 15000) return;
    cut();
    if (source.readyState === EventSource.OPEN) {
      source.close();
      connect();
    }
  }, 5000);

  const states = { w: "waiting", r: "running", d: "done", f: "failed" };
  map.addEventListener("mouseover", (event) => {
    const cell = event.target;
    if (cell.tagName !== "I") return;
    const row = cell.closest(".row");
    const place = Array.prototype.indexOf.call(cell.parentNode.children, cell);
    const seed = map.firstElementChild.dataset.seeds.split(" ")[place];
    const epoch = cell.textContent === "" ? "no epoch" : `epoch ${cell.textContent}`;
    const state = states[cell.className[0]] ?? "no task";
    cell.title = `${row.firstElementChild.textContent}, seed ${seed}: ${state}, ${epoch}`;
  });

  connect();
})();
