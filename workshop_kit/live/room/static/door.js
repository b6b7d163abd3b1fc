/** Brings whoever is in already back to the room, and shows what went wrong. */
// A link opened from another app comes without the cookie; asked from here, it goes along.
const known = await fetch("/me").catch(() => null);
if (known?.status === 204) location.replace("/room");
document.querySelector(".summary")?.focus();
