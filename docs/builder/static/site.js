// What is wider than the screen can be reached, and scrolled, with the keyboard.
function reach() {
  for (const one of document.querySelectorAll("pre, .table-wrapper")) {
    if (one.scrollWidth > one.clientWidth) one.tabIndex = 0;
    else one.removeAttribute("tabindex");
  }
}
reach();
addEventListener("load", reach);
addEventListener("resize", reach);
