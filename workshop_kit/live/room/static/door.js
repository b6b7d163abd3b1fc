/** Brings whoever is in already back to the room, and shows what went wrong. */
// A link opened from another app comes without the cookie; asked from here, it goes along.
const me = await fetch("/me").then((reply) => reply.json(), () => ({}));
if (me.known) location.replace("/room");
document.querySelector(".summary")?.focus();
