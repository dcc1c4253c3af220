/** Plays samples: one sound at a time, whatever players a page has. */

const PATIENCE_MS = 1500;
const contexts = new Map(); // by rate: one of another rate than its sound adds a hiss, and browsers allow few
let sounding = null;

/** End what sounds. */
export function stop() {
  const was = sounding;
  sounding = null;
  was?.source?.stop();
  was?.ended();
}

/**
 * Play samples `from` to `to`, after ending what sounds. Raises an error where the browser lets nothing be heard.
 * @param {{wave: Float32Array, rate: number, gain: number, from: number, to: number}} sound
 * @param {() => void} ended called once, however it ends
 * @returns {Promise<(() => number) | null>} tells the sample that is heard; null: it was ended before it began
 */
export async function play({ wave, rate, gain, from, to }, ended) {
  stop();
  const mine = (sounding = { ended, source: null });
  try {
    if (!contexts.has(rate)) contexts.set(rate, new AudioContext({ sampleRate: rate }));
    const context = contexts.get(rate);
    await Promise.race([context.resume(), new Promise((done) => setTimeout(done, PATIENCE_MS))]);
    if (context.state !== "running") throw new Error(`sound is ${context.state}`);
    if (sounding !== mine) return null;
    const source = (mine.source = context.createBufferSource());
    source.buffer = context.createBuffer(1, wave.length, rate);
    source.buffer.copyToChannel(wave, 0);
    source.connect(new GainNode(context, { gain })).connect(context.destination);
    source.onended = () => sounding === mine && stop();
    const began = context.currentTime + (context.outputLatency || 0);
    source.start(0, from / rate, (to - from) / rate);
    return () => Math.max(from, Math.min(to, from + (context.currentTime - began) * rate));
  } catch (fault) {
    if (sounding === mine) stop();
    throw fault;
  }
}
