// Sign in with a passkey, add one, or sign an approval. Without this script the
// page says so, and offers the other ways in. Buttons: <button data-begin=URL data-finish=URL hidden>.
"use strict";
(function () {
  if (!window.PublicKeyCredential || !window.fetch) return;

  function bytes(text) {
    var s = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(s, function (c) { return c.charCodeAt(0); });
  }

  function text(buffer) {
    var s = String.fromCharCode.apply(null, new Uint8Array(buffer));
    return btoa(s).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }

  // The options name bytes as base64url (Web Authentication Level 3, 5.1.8).
  function decode(o) {
    o.challenge = bytes(o.challenge);
    if (o.user) o.user.id = bytes(o.user.id);
    (o.excludeCredentials || []).concat(o.allowCredentials || []).forEach(function (c) { c.id = bytes(c.id); });
    return o;
  }

  function encode(c) {
    var r = c.response, out = { clientDataJSON: text(r.clientDataJSON) };
    ["attestationObject", "authenticatorData", "signature", "userHandle"].forEach(function (k) {
      if (r[k]) out[k] = text(r[k]);
    });
    if (r.getTransports) out.transports = r.getTransports();
    return {
      id: c.id, rawId: text(c.rawId), type: c.type, response: out,
      clientExtensionResults: c.getClientExtensionResults(), authenticatorAttachment: c.authenticatorAttachment
    };
  }

  function post(url, csrf, ticket, body) {
    var h = { "Content-Type": "application/json" };
    if (csrf) h["X-CSRF"] = csrf;
    if (ticket) h["X-Ticket"] = ticket;
    return fetch(url, { method: "POST", headers: h, body: body, credentials: "same-origin" }).then(function (r) {
      return r.json().then(function (j) {
        if (!r.ok) throw new Error(j.error);
        return j;
      });
    });
  }

  document.querySelectorAll("button[data-begin]").forEach(function (b) {
    var csrf = b.getAttribute("data-csrf"), status = document.getElementById(b.getAttribute("data-status"));
    b.hidden = false;
    status.textContent = "";
    b.addEventListener("click", function () {
      var finish = b.getAttribute("data-finish"), label = document.getElementById(b.getAttribute("data-label"));
      if (label) finish += "?label=" + encodeURIComponent(label.value);
      b.disabled = true;
      status.textContent = "";
      post(b.getAttribute("data-begin"), csrf, "", "{}").then(function (j) {
        var key = { publicKey: decode(j.options) };
        var ask = key.publicKey.user ? navigator.credentials.create(key) : navigator.credentials.get(key);
        return ask.then(function (c) { return post(finish, csrf, j.ticket, JSON.stringify(encode(c))); });
      }).then(function (j) { location.assign(j.to); }).catch(function (e) {
        b.disabled = false;
        status.textContent = e.name === "NotAllowedError" ? status.getAttribute("data-cancelled") : e.message;
      });
    });
  });
})();
