/** What is pressed, on its way to the notebook: sent until its receipt is in. */

import { randomKey } from "./elements.js";

const LATE_AFTER = 3000; // ms without a receipt before somebody has to know

/** Sends what is pressed, again and again until its receipt is in; done once. */
export class Post {
  constructor(model, { heard, late }) {
    Object.assign(this, { model, heard, late, waiting: new Map(), isLate: false });
    this.listen = () => this.settle();
    model.on("change:receipts", this.listen);
  }

  put(name, args = {}) {
    this.waiting.set(randomKey(), { order: { name, args }, since: Date.now() });
    this.send();
    this.timer ??= setInterval(() => this.check(), 500);
  }

  send() {
    // Another view of the same panel may wait for receipts too.
    const receipts = this.model.get("receipts") ?? {};
    const command = {};
    for (const [key, order] of Object.entries(this.model.get("command") ?? {})) {
      if (!receipts[key] && !this.waiting.has(key)) command[key] = order;
    }
    this.attempt = (this.attempt ?? 0) + 1;
    for (const [key, { order }] of this.waiting) {
      command[key] = { ...order, attempt: this.attempt };
    }
    this.sentAt = Date.now();
    this.model.set("command", command);
    this.model.save_changes();
  }

  settle() {
    const receipts = this.model.get("receipts") ?? {};
    for (const [key, { order }] of this.waiting) {
      if (!receipts[key]) continue;
      this.waiting.delete(key);
      this.heard(receipts[key], order);
    }
    this.check();
  }

  check() {
    const now = Date.now();
    const late = [...this.waiting.values()].some(({ since }) => now - since > LATE_AFTER);
    if (late !== this.isLate) this.late((this.isLate = late));
    if (late && now - this.sentAt > LATE_AFTER) this.send();
    if (!this.waiting.size) this.timer = clearInterval(this.timer);
  }

  close() {
    clearInterval(this.timer);
    this.model.off("change:receipts", this.listen);
  }
}
