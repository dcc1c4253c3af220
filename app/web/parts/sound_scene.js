/** The picture of a sound: its wave, and beneath it how loud each frequency is. */

import { figure, fit, ticks } from "./kit.js";

export const LEFT = 46, // what the vertical scales say
  RIGHT = 10;
const [WAVE, GAP, MEL, FOOT] = [56, 6, 64, 18],
  HEIGHT = WAVE + GAP + MEL + FOOT,
  TOLD = { 250: "250 Hz", 1000: "1 kHz", 4000: "4 kHz", 16000: "16 kHz" };
const mel = (f) => 2595 * Math.log10(1 + f / 700);

/** Where a frequency lies in the spectrum, from 0 at its foot to 1: the middle of bin b at (b + 1/2) / bins. */
const height = (f, { low, bins }, rate) =>
  (((mel(f) - mel(low)) / (mel(rate / 2) - mel(low))) * (bins + 1) - 0.5) / bins;

/** A spectrum as a picture of one pixel a cell. @returns {HTMLCanvasElement} */
export function painted(levels, bins, theme) {
  const columns = levels.length / bins,
    canvas = Object.assign(document.createElement("canvas"), { width: columns, height: bins }),
    image = new ImageData(columns, bins);
  for (let t = 0; t < columns; t++)
    for (let b = 0; b < bins; b++) {
      const pixel = 4 * ((bins - 1 - b) * columns + t);
      image.data.set([...theme.grey.rgb.subarray(3 * levels[t * bins + b], 3 * levels[t * bins + b] + 3), 255], pixel);
    }
  canvas.getContext("2d").putImageData(image, 0, 0);
  return canvas;
}

/** @param {any} row see Row in sound.js @param {number} width @param {any} theme */
export function draw(row, width, theme) {
  const { wave, clip, spectrum, data } = row,
    pen = fit(row.canvas, width, HEIGHT),
    x = (sample) => row.x(sample),
    end = x(wave.length),
    y = (value) => (WAVE / 2) * (1 - value / data.full);
  pen.clearRect(0, 0, width, HEIGHT);
  pen.fillStyle = theme.line;
  pen.fillRect(LEFT, WAVE / 2 - 0.5, end - LEFT, 1);
  const each = wave.length / (end - LEFT);
  for (let column = 0; column < end - LEFT; column++) {
    const part = wave.subarray(Math.max(0, Math.floor(column * each) - 1), Math.ceil((column + 1) * each)), // joins the last
      [top, foot] = [y(Math.max(...part)), y(Math.min(...part))];
    pen.fillStyle = column * each < clip.prime ? theme.past : theme[clip.concept];
    pen.fillRect(LEFT + column, top - 0.5, 1, Math.max(1, foot - top));
  }
  pen.save();
  pen.beginPath();
  pen.rect(LEFT, WAVE + GAP, end - LEFT, MEL);
  pen.clip();
  pen.imageSmoothingEnabled = false;
  pen.drawImage(spectrum, LEFT, WAVE + GAP, x(spectrum.width * clip.hop) - LEFT, MEL);
  pen.restore();
  scales(pen, clip, data, x, theme);
}

function scales(pen, clip, data, x, theme) {
  pen.fillStyle = theme.soft;
  pen.font = `11px ${theme.font}`;
  pen.textBaseline = "middle";
  pen.textAlign = "right";
  for (const value of [data.full, -data.full]) pen.fillText(figure(value), LEFT - 5, value > 0 ? 6 : WAVE - 6);
  for (const [f, words] of Object.entries(TOLD)) {
    const share = height(Number(f), data, clip.rate);
    if (share < 1.05) pen.fillText(words, LEFT - 5, WAVE + GAP + Math.max(6, Math.min(MEL - 5, MEL * (1 - share))));
  }
  pen.textAlign = "center";
  for (const time of ticks(0, data.longest)) pen.fillText(`${time} s`, x(time * clip.rate), HEIGHT - FOOT / 2 + 2);
}

/** What a place of the picture says: a value of the wave, or decibels at a frequency. */
export function told({ wave, clip, levels, data }, sample, share) {
  const [at, y] = [Math.min(sample, wave.length - 1), share * HEIGHT - WAVE - GAP],
    { bins, low, decibels } = data,
    when = `${(at / clip.rate).toFixed(3)} s`;
  if (y < 0) return `${when}: ${figure(+wave[at].toFixed(3))} of full scale`;
  const bin = Math.max(0, Math.min(bins - 1, Math.floor((1 - y / MEL) * bins))),
    span = mel(clip.rate / 2) - mel(low),
    f = 700 * (10 ** ((mel(low) + ((bin + 1) / (bins + 1)) * span) / 2595) - 1),
    level = decibels[0] + (levels[Math.floor(at / clip.hop) * bins + bin] / 255) * (decibels[1] - decibels[0]);
  return `${when}, ${Math.round(f)} Hz: ${Math.round(level)} dB`;
}
