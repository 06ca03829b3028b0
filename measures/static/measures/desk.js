// A report is saved while it is written. Whatever is typed is also kept in this browser until the server has it, so that
// a lost network, a second tab or a session that ended lose nothing. Without this script the page works by its buttons.
(() => {
  "use strict";
  const place = document.getElementById("kept");
  if (!place) return;
  const { update, person, ...words } = place.dataset;
  const form = document.getElementById("report");
  const said = document.getElementById("autosave");
  const QUIET = 2000, LONGEST = 30000, MONTH = 30 * 86400e3;
  const UNTYPED = new Set(["csrfmiddlewaretoken", "key", "version", "do"]);
  const PREFIX = `report ${person} ${update} `;
  // Each opened page keeps a copy of its own, so that two of them do not write over each other's.
  const slot = PREFIX + Date.now() + Math.random().toString(36).slice(2, 8);
  let saved = "", timer = 0, wait = QUIET, busy = false, halted = false;

  // What is typed, by names that stay the same when a row more is there: the KPI and its how manieth row.
  function typed() {
    const found = {};
    for (const [name, field] of fields()) {
      if (field.type === "checkbox") found[name] = field.checked ? "true" : "";
      else found[name] = field.value;
    }
    return found;
  }

  function fields() {
    const found = new Map(), counts = {}, rows = {};
    for (const field of form.elements) {
      if (!field.name || UNTYPED.has(field.name) || field.tagName === "BUTTON") continue;
      const [, row, part] = field.name.match(/^values-(\d+)-(.+)$/) || [];
      if (row === undefined) { found.set(field.name, field); continue; }
      if (part === "kpi") {
        counts[field.value] = (counts[field.value] || 0) + 1;
        rows[row] = `${field.value} ${counts[field.value]}`;
      } else if (field.type !== "hidden") found.set(`${rows[row]} ${part}`, field);
    }
    return found;
  }

  function keep() {
    const now = typed();
    try {
      if (JSON.stringify(now) === saved) localStorage.removeItem(slot);
      else localStorage.setItem(slot, JSON.stringify({ at: Date.now(), typed: now }));
    } catch { /* A full or closed store: the server is still asked. */ }
  }

  function later(milliseconds) {
    clearTimeout(timer);
    timer = setTimeout(save, milliseconds);
  }

  function changed() {
    keep();
    if (!halted) later(QUIET);
  }

  function tell(text, isBad, button) {
    said.textContent = text;
    said.classList.toggle("is-bad", Boolean(isBad));
    if (button) said.append(" ", button);
  }

  function clock() {
    return new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
  }

  function cookie(name) {
    const pair = document.cookie.split("; ").find((one) => one.startsWith(`${name}=`));
    return pair ? decodeURIComponent(pair.slice(name.length + 1)) : "";
  }

  async function save() {
    clearTimeout(timer);
    const now = JSON.stringify(typed());
    if (busy || halted || now === saved) return;
    busy = true;
    tell(words.saving);
    const body = new URLSearchParams(new FormData(form));
    body.delete("csrfmiddlewaretoken");
    body.set("do", "autosave");
    // Of the cookie, and not of the page: who signed in again in another tab has a new one.
    const headers = { Accept: "application/json", "X-CSRFToken": cookie("csrftoken") };
    let answer = null, status = 0;
    try {
      const response = await fetch(location.pathname, { method: "POST", body, headers, keepalive: String(body).length < 60000 });
      status = response.status;
      if ((response.headers.get("Content-Type") || "").includes("json")) answer = await response.json();
    } catch { status = 0; }
    busy = false;
    if (status === 200 && answer) done(answer, now);
    else if (status === 412) stop(words.stale, go(words.compare));
    else if (status === 401) again(words.ended, link(words.again, `/login?next=${encodeURIComponent(location.pathname)}`));
    else if ([400, 403, 404, 409, 413].includes(status)) stop(`${words.refused} ${(answer && answer.detail) || ""}`);
    else again(words.offline);
  }

  function done(answer, now) {
    wait = QUIET;
    for (const field of document.querySelectorAll("input[name=version]")) field.value = answer.version;
    const isWhole = Object.keys(answer.problems).length === 0;
    if (isWhole) saved = now;
    keep();
    mark(answer.problems);
    list(answer.missing);
    tell(isWhole ? `${words.saved} ${clock()}` : words.partly, !isWhole);
    // What was not taken is sent again when it is typed anew, and not by itself.
    if (JSON.stringify(typed()) !== now) later(QUIET);
  }

  // The server cannot have it now: it stays here, and is tried again.
  function again(text, button) {
    tell(text, true, button);
    wait = Math.min(2 * wait, LONGEST);
    later(wait);
  }

  // Trying again would not help: it stays here, and the person goes on.
  function stop(text, button) {
    halted = true;
    keep();
    tell(text, true, button);
  }

  function go(text) {
    const button = document.createElement("button");
    Object.assign(button, { name: "do", value: "save", className: "plain", textContent: text });
    button.setAttribute("form", "report");
    return button;
  }

  function link(text, address) {
    const anchor = document.createElement("a");
    Object.assign(anchor, { href: address, target: "_blank", rel: "noopener", textContent: text });
    return anchor;
  }

  function mark(problems) {
    for (const old of form.querySelectorAll(".wrong.is-live")) old.remove();
    for (const [name, texts] of Object.entries(problems)) {
      const field = form.elements[name];
      if (!field || !field.parentElement) continue;
      const listed = document.createElement("ul");
      listed.className = "wrong is-live";
      for (const text of texts) listed.append(Object.assign(document.createElement("li"), { textContent: text }));
      field.closest(".field").prepend(listed);
    }
  }

  function list(missing) {
    const box = document.getElementById("missing");
    if (!box) return;
    box.hidden = missing.length === 0;
    box.querySelector("ul").replaceChildren(...missing.map(({ field, detail }) => {
      const row = document.createElement("li");
      row.append(field ? Object.assign(document.createElement("a"), { href: `#${field}`, textContent: detail }) : detail);
      return row;
    }));
  }

  // What an earlier page of this report left here, the newest first.
  function left() {
    const found = [];
    try {
      for (const name of Object.keys(localStorage)) {
        if (!name.startsWith("report ")) continue;
        const one = JSON.parse(localStorage.getItem(name));
        if (Date.now() - one.at > MONTH) localStorage.removeItem(name);
        else if (name.startsWith(PREFIX)) found.push({ name, ...one });
      }
    } catch { return []; }
    return found.sort((one, other) => other.at - one.at);
  }

  // Whether the form has all that a copy has; it may have rows more.
  function isIn(copy) {
    const here = typed();
    return Object.entries(copy.typed).every(([name, value]) => (here[name] || "") === value);
  }

  function offer(one) {
    const text = document.createElement("p"), buttons = document.createElement("p");
    text.textContent = `${words.found} ${new Date(one.at).toLocaleString(document.documentElement.lang)}`;
    buttons.className = "buttons";
    if (form) buttons.append(press(words.restore, () => { restore(one); close(one); }));
    buttons.append(press(words.show, () => show(one)), press(words.drop, () => close(one)));
    place.replaceChildren(text, buttons);
    place.hidden = false;
  }

  function press(text, act) {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "plain", textContent: text });
    button.addEventListener("click", act);
    return button;
  }

  function restore(one) {
    const here = fields(), lost = {};
    for (const [name, value] of Object.entries(one.typed)) {
      const field = here.get(name);
      if (!field) { if (value) lost[name] = value; continue; }
      if (field.type === "checkbox") field.checked = value === "true";
      else field.value = value;
    }
    changed();
    if (Object.keys(lost).length) show({ ...one, typed: lost });
  }

  function show(one) {
    for (const [name, value] of Object.entries(one.typed)) {
      if (!value || place.querySelector(`[data-name="${CSS.escape(name)}"]`)) continue;
      const label = Object.assign(document.createElement("label"), { className: "field", textContent: name });
      const area = Object.assign(document.createElement("textarea"), { value, readOnly: true, rows: 3 });
      label.dataset.name = name;
      label.append(area);
      place.append(label);
    }
  }

  function close(one) {
    try { if (one.name !== slot || !form || JSON.stringify(typed()) === saved) localStorage.removeItem(one.name); } catch { /* none */ }
    const areas = place.querySelectorAll("label");
    if (areas.length === 0) place.hidden = true;
    else place.querySelectorAll("p").forEach((part) => part.remove());
  }

  const isDone = new URLSearchParams(location.search).has("done");
  if (form) {
    // What was refused is in the form again, and no more saved than before.
    if (form.dataset.unsaved) keep();
    else saved = JSON.stringify(typed());
    form.addEventListener("input", changed);
    form.addEventListener("change", changed);
    form.addEventListener("submit", () => { keep(); try { sessionStorage.sent = slot; } catch { /* none */ } });
    addEventListener("online", () => { if (!halted) save(); });
    addEventListener("pagehide", keep);
    document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden" && !halted) save(); });
  }
  // The copy of the page that was sent last has done its work once it is saved, or in this form.
  try {
    const sent = sessionStorage.sent, copy = sent && localStorage.getItem(sent);
    const isHere = copy && form && isIn(JSON.parse(copy));
    if (isDone || isHere) localStorage.removeItem(sent);
    if (isDone || isHere) delete sessionStorage.sent;
  } catch { /* none */ }
  const other = left().find((one) => !form || !isIn(one));
  if (other) offer(other);
})();
