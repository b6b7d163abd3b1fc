/** Wipes what this device kept for somebody whose answers were erased. */
try {
  for (const name of Object.keys(localStorage)) {
    if (name.startsWith("workshop-")) localStorage.removeItem(name);
  }
} catch {
  // A browser that keeps nothing has nothing to wipe.
}
