// "Exit this page": nothing of it stays to be seen while the other one loads, and Back does not lead here.

for (const link of document.querySelectorAll("[data-exit]")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    document.body.replaceChildren();
    document.title = "";
    location.replace(link.href);
  });
}
