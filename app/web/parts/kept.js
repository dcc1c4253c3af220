// What a reader keeps in this browser alone: bets, pins, met challenges. One JSON text per page.
const name = (slug) => `glassbox.${slug}`;

/** @param {string} slug @returns {Record<string, any>} what was kept for this page; {} when nothing or unreadable */
export function kept(slug) {
  try {
    return JSON.parse(localStorage.getItem(name(slug)) ?? "{}");
  } catch {
    return {};
  }
}

/** @param {string} slug @param {string} key @param {any} value null forgets it */
export function keep(slug, key, value) {
  const all = kept(slug);
  if (value === null) delete all[key];
  else all[key] = value;
  try {
    localStorage.setItem(name(slug), JSON.stringify(all));
  } catch {
    // private windows may refuse storage: the bet then lasts as long as the page
  }
}
