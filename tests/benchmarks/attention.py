"""The attention picture of 12 heads of 64 x 64: what it costs to redraw all of it under the pointer."""

from statistics import mean

from tests.benchmarks.servers import APP, chromium, served
from tests.benchmarks.table import Row, median, percentile

HEADS, SIDE = 12, 64
MOVES = 200

# Draws arcs, matrix and grid with another row lit each time, in turns with a redraw of nothing. The second
# figure of a pair includes the pixels: reading one makes the browser paint.
DRAWN = """async ([where, heads, side, moves]) => {
  const { VIEWS } = await import(`${where}/parts/attention_pick.js`);
  const { Maps } = await import(`${where}/parts/attention_scene.js`);
  const { theme } = await import(`${where}/parts/palette.js`);
  const values = new Float32Array(heads * side * side);
  for (let i = 0; i < values.length; i++) values[i] = ((i * 7919) % 1000) / 1000 / side;
  const labels = Array.from({ length: side }, (_, i) => String(i % 10));
  const canvases = Object.keys(VIEWS).map((kind) => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [420, 380];
    document.body.append(canvas);
    return { kind, pen: canvas.getContext("2d") };
  });
  const box = { x: 0, y: 0, w: 420, h: 380 };
  const view = { maps: new Maps(values, [heads, side, side]), queries: labels, keys: labels, names: [],
    columns: 4, wrong: null, outline: null, forbidden: null, pinned: null, forced: null, off: new Set(),
    pointedHead: null, queryTitle: "output", keyTitle: "input", wide: 1, switches: false,
    theme: theme(document.body) };
  const drawn = (query) => {
    for (const { kind, pen } of canvases) {
      pen.clearRect(0, 0, 420, 380);
      if (query === null) continue;
      VIEWS[kind].draw(pen, box, { ...view, light: { head: 3, query, key: (query * 7) % side } });
    }
  };
  const timed = (query) => {
    const began = performance.now();
    drawn(query);
    const script = performance.now() - began;
    for (const { pen } of canvases) pen.getImageData(0, 0, 1, 1);
    return [script, performance.now() - began];
  };
  const first = timed(0), hover = [], blank = [];
  for (let i = 0; i < moves; i++) {
    hover.push(timed(i % side));
    blank.push(timed(null));
    if (i % 10 === 9) await new Promise(requestAnimationFrame);
  }
  return { first, hover, blank };
}"""


def table() -> list[Row]:
    """Draws in a page of the app, in a real Chromium."""
    with served(APP) as server, chromium() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        page.goto(server.url)
        where = f"{server.url}/_stcore/bidi-components/glassbox.attention"
        took = page.evaluate(DRAWN, [where, HEADS, SIDE, MOVES])
    script, painted = ([pair[i] for pair in took["hover"]] for i in (0, 1))
    blank = [pair[1] for pair in took["blank"]]
    what = f"redraw of {HEADS} x {SIDE} x {SIDE} under the pointer"
    return [
        Row(f"{what}, p50 (script)", median(script), "ms", most=1000 / 60),
        Row(f"{what}, mean (with its pixels)", mean(painted), "ms", most=1000 / 60, beside=mean(blank),
            note=f"beside a redraw of nothing, {mean(blank):.2f} ms"),
        Row(f"{what}, p95 (with its pixels)", percentile(painted, 0.95), "ms"),
        Row("first draw, with the bitmaps of all heads", took["first"][1], "ms"),
    ]  # fmt: skip
