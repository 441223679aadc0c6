// Who signs out leaves no words behind on this device: drafts that a lost line kept are forgotten.

function forget() {
  try {
    Object.keys(localStorage)
      .filter((key) => key.startsWith("loa:draft:"))
      .forEach((key) => localStorage.removeItem(key));
  } catch {
    // a browser that keeps nothing has nothing to forget
  }
}

document.querySelectorAll("form[action='/desk/sign-out/']").forEach((form) => form.addEventListener("submit", forget));
