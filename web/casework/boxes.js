// Draws boxes on a working copy: drag on the picture, and the line of the box is
// added to the list. Without this script the lines are typed.
"use strict";
(function () {
  var list = document.getElementById("boxes");
  if (!list) return;
  function boxesOf(page) {
    return list.value.split("\n").map(function (line) {
      return line.trim().split(/[\s,]+/).map(Number);
    }).filter(function (b) { return b.length === 5 && b[0] === page; });
  }
  var views = [].slice.call(document.querySelectorAll("[data-page]"));
  function draw() {
    views.forEach(function (view) {
      var image = view.querySelector("img"), page = Number(view.dataset.page);
      [].slice.call(view.querySelectorAll("rect")).forEach(function (r) { r.remove(); });
      var svg = view.querySelector("svg");
      svg.setAttribute("viewBox", "0 0 " + image.dataset.width + " " + image.dataset.height);
      boxesOf(page).forEach(function (b) { svg.appendChild(rectangle(b[1], b[2], b[3], b[4])); });
    });
  }
  function rectangle(x, y, w, h) {
    var r = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    r.setAttribute("x", x); r.setAttribute("y", y); r.setAttribute("width", w); r.setAttribute("height", h);
    return r;
  }
  views.forEach(function (view) {
    var image = view.querySelector("img"), svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("aria-hidden", "true");
    view.appendChild(svg);
    var from = null, ghost = null;
    function at(e) {
      var box = image.getBoundingClientRect();
      var x = (e.clientX - box.left) * image.dataset.width / box.width, y = (e.clientY - box.top) * image.dataset.height / box.height;
      return [Math.round(Math.min(Math.max(x, 0), image.dataset.width)), Math.round(Math.min(Math.max(y, 0), image.dataset.height))];
    }
    view.addEventListener("pointerdown", function (e) {
      from = at(e); ghost = rectangle(from[0], from[1], 0, 0); svg.appendChild(ghost);
      view.setPointerCapture(e.pointerId); e.preventDefault();
    });
    function size(e) {
      var to = at(e);
      return [Math.min(from[0], to[0]), Math.min(from[1], to[1]), Math.abs(to[0] - from[0]), Math.abs(to[1] - from[1])];
    }
    view.addEventListener("pointermove", function (e) {
      if (!from) return;
      var b = size(e);
      ["x", "y", "width", "height"].forEach(function (name, i) { ghost.setAttribute(name, b[i]); });
    });
    view.addEventListener("pointerup", function (e) {
      if (!from) return;
      var b = size(e); from = null;
      if (b[2] > 3 && b[3] > 3) {
        list.value = (list.value.trim() + "\n" + [view.dataset.page].concat(b).join(" ")).trim() + "\n";
      }
      draw();
    });
    view.addEventListener("pointercancel", function () { from = null; draw(); });
  });
  list.addEventListener("input", draw);
  var undo = document.getElementById("undo");
  if (undo) {
    undo.hidden = false;
    undo.addEventListener("click", function () {
      list.value = list.value.trim().split("\n").slice(0, -1).join("\n") + (list.value.trim().indexOf("\n") > 0 ? "\n" : "");
      draw();
    });
  }
  draw();
})();
