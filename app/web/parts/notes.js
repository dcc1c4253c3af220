/** A lecturer's notes and clock, in a window of their own: they are not for the projector. */
export class Notes {
  constructor() {
    this.beat = { sentence: "", note: "" };
    this.next = undefined;
    this.place = "";
  }

  /** Open the window, or bring it to the front. */
  open() {
    if (!this.window || this.window.closed) {
      this.window = window.open("", "glassbox-notes", "popup,width=560,height=440");
      if (!this.window) return;
      this.since = Date.now();
      const { document: page } = this.window;
      page.title = "Notes · Glassbox";
      page.body.style.cssText = "margin:24px;font:20px/1.45 system-ui,sans-serif;color-scheme:light dark;color:CanvasText;background:Canvas";
      page.body.replaceChildren(...["clock", "now", "note", "next"].map((id) => Object.assign(page.createElement("p"), { id })));
      page.getElementById("now").style.fontWeight = "600";
      page.getElementById("next").style.opacity = "0.65";
      clearInterval(this.ticks);
      this.ticks = setInterval(() => this.tick(), 1000);
      this.tick();
    }
    this.window.focus();
    this.write();
  }

  /** What is on the screen now, and what comes. */
  tell(beat, next, place) {
    [this.beat, this.next, this.place] = [beat, next, place];
    this.write();
  }

  write() {
    if (!this.window || this.window.closed) return;
    const set = (id, text) => (this.window.document.getElementById(id).textContent = text);
    set("now", `${this.place}  ${this.beat.sentence}`);
    set("note", this.beat.note);
    set("next", this.next ? `Next: ${this.next.sentence}` : "This is the last one.");
  }

  tick() {
    if (!this.window || this.window.closed) return clearInterval(this.ticks);
    const gone = Math.floor((Date.now() - this.since) / 1000);
    const two = (n) => String(n).padStart(2, "0");
    const clock = new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
    this.window.document.getElementById("clock").textContent = `${clock} · ${two(Math.floor(gone / 60))}:${two(gone % 60)} so far`;
  }
}
