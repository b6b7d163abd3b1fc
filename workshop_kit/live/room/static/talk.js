/**
 * Keeps a page in touch with the room: connects, notices when nobody answers,
 * and comes back by itself.
 */

const BEAT = 2500; // ms between signs of life
const DEAD = 2500; // ms without an answer to one before the line counts as cut
const RETRY = [300, 700, 1500, 2000]; // ms before the next attempt

const CLOSED = { 4001: "old", 4002: "sent_away", 4003: "stranger", 4004: "sent_away", 1009: "too_long" };

export class Talk {
  /** `on` has heard(message), online(), offline(), refused(word). */
  constructor(path, protocol, on) {
    Object.assign(this, { path, protocol, on, tries: 0, up: false });
    const wake = () => document.visibilityState === "visible" && this.wake();
    document.addEventListener("visibilitychange", wake);
    window.addEventListener("online", wake);
    // Only a page that was kept aside and is shown again has a line to look after.
    window.addEventListener("pageshow", ({ persisted }) => persisted && wake());
    window.addEventListener("offline", () => this.lost());
    this.connect();
  }

  connect() {
    clearTimeout(this.timer);
    this.socket?.close();
    const url = new URL(this.path, location.href);
    url.protocol = url.protocol.replace("http", "ws");
    const socket = new WebSocket(url);
    this.socket = socket;
    this.timer = setTimeout(() => this.lost(), DEAD * 2);
    socket.onopen = () => {
      if (socket === this.socket) this.say({ type: "hello", protocol: this.protocol });
    };
    socket.onmessage = ({ data }) => {
      if (socket !== this.socket) return;
      this.alive();
      const message = JSON.parse(data);
      if (message.type !== "pong") this.on.heard(message);
    };
    socket.onclose = ({ code }) => {
      if (socket !== this.socket) return;
      if (CLOSED[code]) this.refused(CLOSED[code]);
      else this.lost();
    };
  }

  say(message) {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  alive() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.say({ type: "ping" });
      this.timer = setTimeout(() => this.lost(), DEAD);
    }, BEAT);
    this.tries = 0;
    if (this.up) return;
    this.up = true;
    this.on.online();
  }

  lost() {
    clearTimeout(this.timer);
    const { socket } = this;
    this.socket = null;
    socket?.close();
    if (this.up || !this.tries) this.on.offline();
    this.up = false;
    const wait = RETRY[Math.min(this.tries, RETRY.length - 1)];
    this.tries += 1;
    this.timer = setTimeout(() => this.connect(), wait * (0.75 + Math.random() / 2));
  }

  /** A device that slept may hold a line that is dead without knowing it. */
  wake() {
    if (this.done) return;
    if (!this.up) this.connect();
    else {
      this.say({ type: "ping" });
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.lost(), DEAD);
    }
  }

  refused(word) {
    clearTimeout(this.timer);
    this.socket = null;
    // What is too long can be shortened, so that page stays in touch.
    if (word === "too_long") {
      this.on.refused(word);
      this.lost();
      return;
    }
    if (word === "old" && !sessionStorage.getItem("reloaded")) {
      sessionStorage.setItem("reloaded", "1");
      location.reload();
      return;
    }
    this.done = true;
    this.on.refused(word);
  }
}

/** Counts the seconds down in an element; says only the last moments aloud. */
export class Countdown {
  constructor(element, words) {
    Object.assign(this, { element, words });
  }

  set(timer) {
    clearInterval(this.ticking);
    this.element.hidden = !timer;
    if (!timer) return;
    this.ends = performance.now() + timer.left * 1000;
    this.tick();
    this.ticking = setInterval(() => this.tick(), 250);
  }

  tick() {
    const left = Math.max(0, Math.ceil((this.ends - performance.now()) / 1000));
    const clock = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    const text = left ? `${this.words.left} ${clock}` : this.words.over;
    if (this.element.textContent !== text) this.element.textContent = text;
    this.element.classList.toggle("over", !left);
    if (!left) clearInterval(this.ticking);
  }
}

/** Says one thing about the line at the top of the page; empty says nothing. */
export function banner(element, words, action) {
  const text = document.createElement("p");
  text.textContent = words;
  element.replaceChildren(...(words ? [text] : []));
  if (words && action) {
    const link = document.createElement("a");
    link.href = action.href;
    link.textContent = action.label;
    element.append(link);
  }
  element.classList.toggle("shown", Boolean(words));
}
