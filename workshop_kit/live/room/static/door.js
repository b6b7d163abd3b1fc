/** Brings whoever is in already back to the room, and shows what went wrong. */
// A link opened from another app comes without the cookie; asked from here, it goes along.
const { base } = document.body.dataset;
const me = await fetch(`${base}/me`).then((reply) => reply.json(), () => ({}));
if (me.known) location.replace(`${base}/room`);
document.querySelector(".summary")?.focus();
