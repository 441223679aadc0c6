// Passkeys: asks the server what to sign, lets the device sign it, and sends the form with the answer.

const LINKS = { "-": "+", _: "/" };

function bytes(text) {
  const plain = atob(text.replace(/[-_]/g, (letter) => LINKS[letter]));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

function text(buffer) {
  const plain = btoa(String.fromCharCode(...new Uint8Array(buffer)));
  return plain.replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

function named(list) {
  return (list ?? []).map((one) => ({ ...one, id: bytes(one.id) }));
}

async function make(options) {
  const publicKey = {
    ...options,
    challenge: bytes(options.challenge),
    user: { ...options.user, id: bytes(options.user.id) },
    excludeCredentials: named(options.excludeCredentials),
  };
  const made = await navigator.credentials.create({ publicKey });
  return {
    id: made.id,
    rawId: text(made.rawId),
    type: made.type,
    response: {
      clientDataJSON: text(made.response.clientDataJSON),
      attestationObject: text(made.response.attestationObject),
      transports: made.response.getTransports?.() ?? [],
    },
  };
}

async function sign(options) {
  const publicKey = { ...options, challenge: bytes(options.challenge), allowCredentials: named(options.allowCredentials) };
  const signed = await navigator.credentials.get({ publicKey });
  return {
    id: signed.id,
    rawId: text(signed.rawId),
    type: signed.type,
    response: {
      clientDataJSON: text(signed.response.clientDataJSON),
      authenticatorData: text(signed.response.authenticatorData),
      signature: text(signed.response.signature),
      userHandle: signed.response.userHandle ? text(signed.response.userHandle) : null,
    },
  };
}

async function answer(form) {
  const asked = await fetch(form.dataset.begin, { method: "POST", body: new FormData(form), credentials: "same-origin" });
  if (!asked.ok || asked.redirected) throw new Error(String(asked.status));
  const options = await asked.json();
  return JSON.stringify(await (form.dataset.passkey === "make" ? make(options) : sign(options)));
}

function prepare(form) {
  const trouble = form.querySelector("[data-trouble]");
  const button = form.querySelector("button");
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    if (form.elements.answer.value) return;
    event.preventDefault();
    trouble.hidden = true;
    button.disabled = true;
    try {
      form.elements.answer.value = await answer(form);
      form.submit();
    } catch {
      trouble.hidden = false;
      button.disabled = false;
      button.focus();
    }
  });
}

const silent = document.querySelectorAll("[data-no-passkey]");
if (window.PublicKeyCredential && navigator.credentials) {
  document.querySelectorAll("form[data-passkey]").forEach(prepare);
  silent.forEach((words) => (words.hidden = true));
}
