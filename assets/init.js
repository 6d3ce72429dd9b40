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

  function tellErrors(root) {
    const summary = find(root, ".error-summary");
    document.title = summary ? document.body.dataset.errorTitle.replace("{title}", plainTitle()) : plainTitle();
    if (summary) focusOn(summary);
    return Boolean(summary);
  }

  function say(words) {
    const region = document.getElementById("said");
    const line = document.getElementById("said-so").content.cloneNode(true);
    line.querySelector("span").textContent = words;
    region.replaceChildren();
    setTimeout(() => region.replaceChildren(line), 100);
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
      const left = area.dataset.limit - area.value.replace(/\r?\n/g, "\r\n").length;
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

  const ready = (root) => root.querySelectorAll("textarea[data-limit]").forEach(countLetters);

  document.addEventListener("DOMContentLoaded", () => {
    ready(document);
    const summary = document.querySelector(".error-summary");
    if (summary) return summary.focus();
    const flashed = document.querySelector("#said .said-so span");
    if (flashed) say(flashed.textContent);
  });

  let lastFocus = "";
  document.addEventListener("focusin", (event) => { lastFocus = event.target.id; });

  document.addEventListener("htmx:load", (event) => {
    const fresh = event.detail.elt;
    if (fresh === document.body) return;
    ready(fresh.parentElement || fresh);
    if (tellErrors(fresh)) return;
    const wanted = find(fresh, "[data-focus]") || (document.activeElement === document.body && document.getElementById(lastFocus));
    if (wanted) focusOn(wanted);
    else if (document.activeElement === document.body) focusOn(fresh);
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
  document.addEventListener("htmx:afterRequest", (event) => { delete event.detail.elt.dataset.sent; });

  const opened = [];
  addEventListener("beforeprint", () => document.querySelectorAll("details:not([open])").forEach((box) => { box.open = true; opened.push(box); }));
  addEventListener("afterprint", () => opened.splice(0).forEach((box) => { box.open = false; }));
})();
