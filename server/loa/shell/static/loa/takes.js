// Keeps what was recorded in the browser until the server has it: a lost line or a closed page loses no recording.

const NAME = "loa-takes";
const DAY_MS = 24 * 60 * 60 * 1000;

const opened = () =>
  new Promise((done, failed) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore("takes");
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });

async function stored(mode, act) {
  const base = await opened();
  try {
    return await new Promise((done, failed) => {
      const shelf = base.transaction("takes", mode).objectStore("takes");
      const request = act(shelf);
      request.onsuccess = () => done(request.result);
      request.onerror = () => failed(request.error);
    });
  } finally {
    base.close();
  }
}

const keyOf = (field) => `${location.pathname}#${field}`;

// Without a blob: marks what is kept as sent. The page that follows tells whether the server took it.
export async function keep(field, blob, name) {
  try {
    const key = keyOf(field);
    if (blob) await stored("readwrite", (shelf) => shelf.put({ blob, name, at: Date.now(), sent: false }, key));
    else {
      const take = await stored("readonly", (shelf) => shelf.get(key));
      if (take) await stored("readwrite", (shelf) => shelf.put({ ...take, sent: true }, key));
    }
  } catch {
    // a private window keeps nothing: the recording is still in the form
  }
}

export async function forget(field) {
  try {
    await stored("readwrite", (shelf) => shelf.delete(keyOf(field)));
  } catch {
    // nothing was kept
  }
}

export async function kept(field) {
  try {
    const keys = await stored("readonly", (shelf) => shelf.getAllKeys());
    for (const key of keys) {
      const take = await stored("readonly", (shelf) => shelf.get(key));
      const elsewhere = !key.startsWith(`${location.pathname}#`);
      if ((take.sent && elsewhere) || Date.now() - take.at > DAY_MS) {
        await stored("readwrite", (shelf) => shelf.delete(key));
      }
    }
    return await stored("readonly", (shelf) => shelf.get(keyOf(field)));
  } catch {
    return undefined;
  }
}
