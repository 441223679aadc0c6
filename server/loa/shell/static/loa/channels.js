// Counts while somebody types: letters, lines, and parts of a short message. The server counts again when it is saved.

const GSM_ALONE = 160, GSM_JOINED = 153, UCS2_ALONE = 70, UCS2_JOINED = 67;

// Letters as the server counts them: in NFC, without white space at the ends
const kept = (text) => text.normalize("NFC").trim();

function measured(text, basic, extension) {
  const letters = [...text];
  const isForeign = letters.some((letter) => !basic.has(letter) && !extension.has(letter));
  const weigh = (letter) => (isForeign ? letter.length : extension.has(letter) ? 2 : 1);
  const [alone, joined] = isForeign ? [UCS2_ALONE, UCS2_JOINED] : [GSM_ALONE, GSM_JOINED];
  const units = letters.reduce((sum, letter) => sum + weigh(letter), 0);
  if (units <= alone) return { alphabet: isForeign ? "ucs2" : "gsm", units, parts: 1, left: alone - units };
  let parts = 1, used = 0;
  for (const letter of letters) {
    if (used + weigh(letter) > joined) [parts, used] = [parts + 1, 0];
    used += weigh(letter);
  }
  return { alphabet: isForeign ? "ucs2" : "gsm", units, parts, left: joined - used };
}

function enhance(form) {
  const words = form.querySelector("[data-counted]");
  const room = form.querySelector(".room");
  const basic = new Set(form.dataset.basic ?? ""), extension = new Set(form.dataset.extension ?? "");
  const show = (name, value) => {
    const place = room.querySelector(`[data-count="${name}"]`);
    if (place && place.textContent !== String(value)) place.textContent = value;
  };

  const count = () => {
    const text = kept(words.value);
    show("letters", [...text].length);
    show("rows", text ? text.split("\n").length : 0);
    if (!form.dataset.basic) return;
    const size = measured(text, basic, extension);
    show("parts", size.parts);
    show("units", size.units);
    show("left", size.left);
    for (const word of room.querySelectorAll("[data-when]")) word.hidden = word.dataset.when !== size.alphabet;
  };

  words.addEventListener("input", count);
  count();
}

for (const form of document.querySelectorAll("form[data-channel]")) enhance(form);
