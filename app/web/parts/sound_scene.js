/** The picture of a sound: its wave, and beneath it how loud each frequency is. Row: see sound.js. */

import { figure, fit, ticks } from "./kit.js";

export const LEFT = 48, // what the vertical scales say
  RIGHT = 10;
const [WAVE, GAP, MEL, FOOT] = [56, 6, 64, 18],
  HEIGHT = WAVE + GAP + MEL + FOOT,
  /** @type {[number, string][]} */
  SCALE = [[250, "250 Hz"], [1000, "1 kHz"], [4000, "4 kHz"], [16000, "16 kHz"]]; // prettier-ignore

/** A spectrum as a picture of one pixel a cell. @param {Uint8Array} levels row by row from the top */
export function painted(levels, rows, theme) {
  const canvas = document.createElement("canvas"),
    image = new ImageData(levels.length / rows, rows),
    { rgb } = theme.grey;
  levels.forEach((level, i) => {
    for (let channel = 0; channel < 4; channel++) image.data[4 * i + channel] = channel < 3 ? rgb[3 * level + channel] : 255;
  });
  [canvas.width, canvas.height] = [image.width, rows];
  canvas.getContext("2d").putImageData(image, 0, 0);
  return canvas;
}

/** @param {any} row @param {number} width @param {any} theme */
export function draw(row, width, theme) {
  const { wave, clip, spectrum, data } = row,
    pen = fit(row.canvas, width, HEIGHT),
    long = row.x(wave.length) - LEFT,
    y = (value) => (WAVE / 2) * (1 - value / data.full);
  pen.clearRect(0, 0, width, HEIGHT);
  pen.fillStyle = theme.line;
  pen.fillRect(LEFT, WAVE / 2 - 0.5, long, 1);
  for (let column = 0; column < long; column++) {
    const [from, to] = [column, column + 1].map((one) => (one * wave.length) / long),
      part = wave.subarray(Math.max(0, Math.floor(from) - 1), Math.ceil(to)), // it joins the column before
      [top, foot] = [Math.floor(y(Math.max(...part))), Math.ceil(y(Math.min(...part)))];
    pen.fillStyle = from < clip.prime ? theme.past : theme[clip.concept];
    pen.fillRect(LEFT + column, top, 1, Math.max(1, foot - top));
  }
  pen.imageSmoothingEnabled = false;
  const seen = wave.length / clip.hop; // the last column may reach over the end
  pen.drawImage(spectrum, 0, 0, seen, spectrum.height, LEFT, WAVE + GAP, long, MEL);
  pen.fillStyle = theme.soft;
  pen.font = `11.5px ${theme.font}`;
  pen.textBaseline = "middle";
  pen.textAlign = "right";
  for (const value of [data.full, -data.full]) pen.fillText(figure(+value.toPrecision(2)), LEFT - 5, y(0.8 * value));
  for (const [f, words] of SCALE.filter(([f]) => f <= clip.rate / 2)) {
    const over = clip.hertz.filter((one) => one >= f).length / clip.hertz.length;
    pen.fillText(words, LEFT - 5, WAVE + GAP + Math.max(6, over * MEL));
  }
  pen.textAlign = "center";
  for (const time of ticks(0, data.longest)) pen.fillText(`${time} s`, row.x(time * clip.rate), HEIGHT - FOOT / 2 + 2);
}

/** What a place of the picture says: a value of the wave, or decibels at a frequency. */
export function told({ wave, clip, levels, spectrum, data }, sample, share) {
  const at = Math.min(sample, wave.length - 1),
    row = Math.floor(((share * HEIGHT - WAVE - GAP) / MEL) * spectrum.height),
    when = `${(at / clip.rate).toFixed(3)} s`;
  if (row < 0) return `${when}: ${figure(+wave[at].toFixed(3))} of full scale`;
  const r = Math.min(row, spectrum.height - 1),
    level = levels[r * spectrum.width + Math.floor(at / clip.hop)] / 255,
    [low, high] = data.decibels;
  return `${when}, ${clip.hertz.at(-1 - r)} Hz: ${Math.round(low + level * (high - low))} dB`;
}
