// While a person edits, asks the server what lint finds in the form as it
// stands, and shows it beside the fields and in the summary. Nothing is stored
// and the focus stays where it is. Without this script, or when an answer
// fails, the editor's buttons show the same.
"use strict";
(function () {
  var form = document.querySelector("form[data-lint]");
  if (!form || !window.fetch || !window.AbortController || !window.DOMParser) return;
  var pause = 600, timer = 0, asked = null, dirty = false; // pause in milliseconds

  function stop() {
    clearTimeout(timer);
    if (asked) asked.abort();
    asked = null;
  }

  // What stands there already is left alone, so that a reader of the screen
  // speaks what is new.
  function update(old, fresh) {
    Array.from(old.children).forEach(function (c) {
      if (!fresh.some(function (f) { return f.isEqualNode(c); })) c.remove();
    });
    fresh.forEach(function (f, i) {
      var c = old.children[i];
      if (!c || !c.isEqualNode(f)) old.insertBefore(document.importNode(f, true), c || null);
    });
    while (old.children.length > fresh.length) old.lastElementChild.remove();
  }

  function show(page) {
    document.getElementById("findings").hidden = false;
    form.querySelectorAll("[data-live]").forEach(function (old) {
      var answer = page.getElementById(old.id), fresh = answer ? Array.from(answer.children) : [];
      update(old, fresh);
      var input = document.getElementById(old.getAttribute("data-live"));
      if (!input) return;
      if (fresh.length) input.setAttribute("aria-invalid", "true");
      else input.removeAttribute("aria-invalid");
    });
  }

  function ask() {
    stop();
    dirty = false;
    var mine = asked = new AbortController();
    fetch(form.getAttribute("data-lint"), {
      method: "POST", body: new URLSearchParams(new FormData(form)), credentials: "same-origin", redirect: "error", signal: mine.signal
    }).then(function (r) {
      if (!r.ok) throw new Error();
      return r.text();
    }).then(function (text) {
      if (mine === asked) show(new DOMParser().parseFromString(text, "text/html"));
    }).catch(function () {});
  }

  function changed() {
    dirty = true;
    stop();
    timer = setTimeout(ask, pause);
  }

  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  form.addEventListener("focusout", function () { if (dirty) ask(); });
  form.addEventListener("submit", function () { dirty = false; stop(); });
})();
