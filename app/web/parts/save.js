/**
 * The picture as a PNG: what the canvases show, where they stand, with their titles and the sentence under it.
 * @param {HTMLElement} screens with the canvases @param {{sentence: string, name: string}} data @param {any} theme
 */
export function save(screens, data, theme) {
  const margin = 20,
    area = screens.getBoundingClientRect(),
    ratio = 2;
  const sheet = document.createElement("canvas");
  sheet.width = (area.width + 2 * margin) * ratio;
  sheet.height = (area.height + 2 * margin + 30) * ratio;
  const pen = sheet.getContext("2d");
  pen.scale(ratio, ratio);
  pen.fillStyle = theme.card;
  pen.fillRect(0, 0, sheet.width, sheet.height);
  pen.textBaseline = "top";
  for (const span of screens.querySelectorAll(".title span")) {
    const at = span.getClientRects()[0];
    if (!at) continue;
    pen.fillStyle = getComputedStyle(span).color;
    pen.font = `600 13px ${theme.font}`;
    pen.fillText(span.textContent, at.left - area.left + margin, at.top - area.top + margin);
  }
  for (const canvas of screens.querySelectorAll("canvas")) {
    const at = canvas.getBoundingClientRect();
    pen.drawImage(canvas, at.left - area.left + margin, at.top - area.top + margin, at.width, at.height);
  }
  pen.fillStyle = theme.soft;
  pen.font = `12.5px ${theme.font}`;
  pen.fillText(data.sentence, margin, area.height + margin + 12, area.width);
  sheet.toBlob((blob) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = `${data.name}.png`;
    link.click();
    URL.revokeObjectURL(link.href);
  });
}
