// Takes words that were selected in the text as a marked passage. Without it, a sentence is chosen from a list.

const points = (text) => Array.from(text).length;

function enhance(fields) {
  const text = document.querySelector("[data-text]");
  const details = fields.closest("details");
  if (!text) return;
  let chosen = null;

  const place = () => {
    const selection = document.getSelection();
    if (!selection || selection.isCollapsed || selection.rangeCount === 0) return null;
    const range = selection.getRangeAt(0);
    if (!text.contains(range.startContainer) || !text.contains(range.endContainer)) return null;
    const before = document.createRange();
    before.selectNodeContents(text);
    before.setEnd(range.startContainer, range.startOffset);
    const begin = points(before.toString());
    const words = range.toString();
    return words.trim() ? { begin, end: begin + points(words), words } : null;
  };
  const take = () => {
    const found = place();
    if (!found || (chosen && chosen.begin === found.begin && chosen.end === found.end)) return;
    chosen = found;
    const rows = [...fields.querySelectorAll(".mark-row")];
    const row = rows.find((one) => !one.querySelector("input").value) || rows.at(-1);
    const select = row.querySelector("select");
    const value = `${found.begin}-${found.end}`;
    let option = [...select.options].find((one) => one.value === value);
    if (!option) {
      const short = found.words.length > 60 ? `${found.words.slice(0, 60)}…` : found.words;
      option = new Option(fields.dataset.wordChosen.replace("{words}", short.replaceAll("\n", " ")), value);
      select.append(option);
    }
    select.value = value;
  };

  fields.querySelector("[data-marks-help]").hidden = false;
  document.addEventListener("selectionchange", () => {
    if (details.open) take();
  });
  details.addEventListener("toggle", () => {
    if (details.open) take();
  });
}

document.querySelectorAll("[data-marks]").forEach(enhance);
