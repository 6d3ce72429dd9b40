"use strict";
(() => {
  const HOLD = 3000;
  const plainTitle = () => {
    const [before, after] = document.body.dataset.errorTitle.split("{title}");
    const title = document.title;
    return title.startsWith(before) && title.endsWith(after) ? title.slice(before.length, title.length - after.length) : title;
  };
  const find = (root, selector) => (root.matches(selector) ? root : root.querySelector(selector));

  function focusOn(element) {
    if (!element.matches("a[href], button, input, select, textarea, [tabindex]")) element.tabIndex = -1;
    element.focus();
  }

  function titleErrors() {
    const wrong = document.querySelector(".error-summary");
    document.title = wrong ? document.body.dataset.errorTitle.replace("{title}", plainTitle) : plainTitle();
  }

  function say(words) {
    const region = document.getElementById("said");
    const line = document.getElementById("said-so").content.cloneNode(true);
    const text = document.createElement("span");
    text.textContent = words;
    line.firstElementChild.append(text);
    region.textContent = "";
    setTimeout(() => { region.textContent = ""; region.append(line); }, 100);
  }

  function countLetters(area) {
    const shown = document.getElementById(area.id + "-count");
    if (!shown || area.dataset.counted) return;
    area.dataset.counted = "yes";
    const heard = document.createElement("span");
    heard.className = "hidden-text";
    heard.setAttribute("role", "status");
    shown.after(heard);
    let waiting;
    const words = () => {
      const left = area.dataset.limit - [...area.value].length;
      return [left, (left < 0 ? area.dataset.over : area.dataset.left).replace("{n}", Math.abs(left).toLocaleString(document.documentElement.lang))];
    };
    const tell = () => {
      const [left, text] = words();
      shown.textContent = text;
      shown.classList.toggle("error", left < 0);
      clearTimeout(waiting);
      if (left < area.dataset.limit / 10) waiting = setTimeout(() => { heard.textContent = text; }, 1500);
    };
    area.addEventListener("input", tell);
    if (area.value) tell();
  }

  // What somebody types into a draft saves itself; while there is no connection it waits in this tab alone.
  function keepTyped(form) {
    if (form.dataset.keeps) return;
    form.dataset.keeps = "yes";
    const { kept: name, keep: address } = form.dataset;
    const fields = () => [...form.elements].filter((field) => field.name && (field.name === "seen" || (field.type !== "hidden" && field.type !== "submit")));
    const waiting = JSON.parse(sessionStorage.getItem(name) || "{}");
    for (const field of fields()) if (field.name in waiting) field.value = waiting[field.name];
    let later;
    const remember = () => sessionStorage.setItem(name, JSON.stringify(Object.fromEntries(fields().map((field) => [field.name, field.value]))));
    const save = async () => {
      remember();
      let answer;
      try {
        answer = await fetch(address, { method: "POST", body: new FormData(form), headers: { "HX-Request": "true" } });
      } catch { return say(document.body.dataset.lost); }
      const shown = document.getElementById("kept");
      if (answer.status !== 200 && answer.status !== 422) return say(document.body.dataset.lost);
      if (answer.ok) sessionStorage.removeItem(name);
      shown.outerHTML = await answer.text();
    };
    form.addEventListener("input", () => { clearTimeout(later); later = setTimeout(save, 1500); });
    form.addEventListener("submit", () => {
      clearTimeout(later);
      if (sessionStorage.getItem(name)) remember();
    });
    if (Object.keys(waiting).length) save();
  }

  const ready = (root) => {
    root.querySelectorAll("textarea[data-limit]").forEach(countLetters);
    root.querySelectorAll("form[data-keep]").forEach(keepTyped);
  };

  document.addEventListener("DOMContentLoaded", () => {
    ready(document);
    const summary = document.querySelector(".error-summary");
    if (summary) return summary.focus();
    const flashed = document.querySelector("#said .said-so span");
    if (flashed) say(flashed.textContent);
  });

  let lastFocus = null;
  document.addEventListener("focusin", (event) => { lastFocus = event.target; });

  document.addEventListener("htmx:load", (event) => {
    const fresh = event.detail.elt;
    if (fresh === document.body) return;
    ready(fresh.parentElement || fresh);
    titleErrors();
    const wanted = find(fresh, ".error-summary") || find(fresh, "[data-focus]");
    if (wanted) return focusOn(wanted);
    const lost = lastFocus && !lastFocus.isConnected && document.activeElement === document.body;
    if (lost) focusOn(document.getElementById(lastFocus.id) || fresh);
  });

  document.addEventListener("said", (event) => say(event.detail.value));

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.getAttribute("method") !== "post" && !form.hasAttribute("hx-post")) return;
    if (Date.now() - (form.dataset.sent || 0) < HOLD) {
      event.preventDefault();
      event.stopImmediatePropagation();
    } else form.dataset.sent = Date.now();
  }, true);

  const slow = new Map();
  document.addEventListener("htmx:beforeRequest", (event) => {
    const asked = event.detail.elt;
    if (!asked.matches("form")) return;
    slow.set(asked, setTimeout(() => {
      const line = document.createElement("p");
      line.className = "busy";
      line.setAttribute("role", "status");
      line.textContent = document.body.dataset.busy;
      asked.append(line);
    }, 500));
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const asked = event.detail.elt;
    clearTimeout(slow.get(asked));
    slow.delete(asked);
    delete asked.dataset.sent;
    asked.querySelectorAll(".busy").forEach((line) => line.remove());
  });

  for (const trouble of ["htmx:sendError", "htmx:timeout"]) document.addEventListener(trouble, () => say(document.body.dataset.lost));

  const opened = [];
  addEventListener("beforeprint", () => document.querySelectorAll("details:not([open])").forEach((box) => { box.open = true; opened.push(box); }));
  addEventListener("afterprint", () => opened.splice(0).forEach((box) => { box.open = false; }));
})();
